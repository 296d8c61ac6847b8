/** The base model of the ablation: a small transformer that has read unlabelled Chatter text of every source. */
import type { Backend } from "../../backend/backend.ts";
import { sha256 } from "../../base/sha256.ts";
import { chatterWorld } from "../../data/worlds/chatter.ts";
import { chatterVocabulary } from "../../data/worlds/chatter_words.ts";
import { bytesInMemory } from "../../model/checkpoint/bytes.ts";
import { openCheckpoint } from "../../model/checkpoint/checkpoint.ts";
import { type ExportedFile, exportModel } from "../../model/checkpoint/export.ts";
import { encodeGroups } from "../../text/encoding.ts";
import { wordTokenizer } from "../../text/tokenizer_words.ts";
import type { Control } from "../control.ts";
import { openModel } from "../policy_model.ts";
import type { Prepared } from "../prepare.ts";
import type { Pretrained } from "../pretrained.ts";
import { fineTune } from "../sft_stage.ts";
import { sftExamples } from "../units.ts";
import { type AblationSettings, specOf } from "./settings.ts";

/** Far from the seeds of the arms, so that no arm meets a text that the base was trained on by the same draw. */
const BASE_SEED = 900_001;

/** Trains the base model. @returns its files: config.json and model.safetensors */
export async function trainBase(
  backend: Backend,
  settings: AblationSettings,
  control: Control,
  onStep: (step: number, loss: number) => void = () => {},
): Promise<ExportedFile[]> {
  const { base, shift, responses, shareTarget, shareFirst } = settings;
  const dataset = chatterWorld({
    seed: BASE_SEED,
    groups: base.groups,
    responses,
    shift,
    shares: [shareTarget, shareFirst, 1 - shareTarget - shareFirst],
  });
  const spec = specOf(settings, BASE_SEED, undefined, {
    "sft.steps": base.steps,
    "sft.batch": base.batch,
    "sft.lr": base.lr,
  });
  const tokenizer = wordTokenizer(chatterVocabulary());
  const {
    groups: encoded,
    promptsCut,
    responsesCut,
  } = encodeGroups(dataset.groups, tokenizer, spec.data.maxTokens);
  const train = dataset.groups.map((_, index) => index);
  const prepared: Prepared = {
    dataset,
    train,
    heldOut: [],
    units: [],
    targetUnits: [],
    mixtureUnits: [],
    sft: sftExamples(dataset, train, "all"),
    tokenizer,
    pretrained: undefined,
    encoded,
    promptsCut,
    responsesCut,
  };
  const parameters = await fineTune(backend, spec, prepared, control, (event) => {
    if (event.kind === "sft") onStep(event.record.step, event.record.values.loss!);
  });
  const model = openModel(backend, spec, prepared, { tokens: 1, rows: 1, responses: 1 }, "sft");
  try {
    model.weights.load(parameters);
    return await exportModel(model);
  } finally {
    model.free();
  }
}

/** Opens what `trainBase` returned, or the same files read back. */
export async function openBase(files: readonly ExportedFile[]): Promise<Pretrained> {
  const checkpoint = await openCheckpoint(files.map(({ name, bytes }) => bytesInMemory(name, bytes)));
  const weights = files.find(({ name }) => name.endsWith(".safetensors"))!;
  return {
    id: `file:${sha256(weights.bytes)}`,
    checkpoint,
    tokenizer: wordTokenizer(chatterVocabulary()),
  };
}
