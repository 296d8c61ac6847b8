/** Stages by themselves, runs that broke off, models and timings, all made up. Tests and screenshots only. */
import type { PreparedSummary, RatioSummary, RunRecord } from "../../../src/experiment/events.ts";
import { defaultSpec, type Spec, withField } from "../../../src/experiment/spec.ts";
import type { EngineApi, KeptState, StepProfile, StoredModel } from "../../../src/worker/api.ts";

export interface FakeStageOptions {
  /** Runs that broke off before this visit. */
  readonly kept?: readonly KeptState[];
  readonly models?: readonly StoredModel[];
  /** Why no model can be brought. */
  readonly refuseModel?: Error;
  readonly profile?: StepProfile | null;
}

interface Given extends FakeStageOptions {
  readonly stepMs: number;
  readonly ratio: RatioSummary;
  /** A run that goes through all its stages. */
  readonly run: EngineApi["run"];
  /** A record in which nothing was trained. */
  readonly record: (spec: Spec) => RunRecord;
  readonly estimated: () => void;
}

const MIB = 2 ** 20;

const PREPARED: PreparedSummary = {
  train: 192,
  heldOut: 48,
  units: 192,
  targetUnits: 14,
  sft: 58,
  vocabulary: 214,
  tokens: 10_320,
  longest: 41,
  promptsCut: 0,
  responsesCut: 0,
  parameters: 112_896,
  memory: {
    weights: 0.45 * MIB,
    training: 1.35 * MIB,
    activations: 6.2 * MIB,
    total: 8 * MIB,
    largest: 0.9 * MIB,
  },
  largestAllowed: 128 * MIB,
};

export const STORIES: StoredModel = {
  id: `file:${"a".repeat(64)}`,
  name: "tinystories-656k",
  origin: null,
  files: [
    { name: "config.json", bytes: 678 },
    { name: "model.safetensors", bytes: 1_314_128 },
    { name: "tokenizer.json", bytes: 86_434 },
  ],
  parameters: 656_512,
  vocabulary: 2048,
  dim: 128,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  positions: 512,
  savedAt: "2026-03-04T09:00:00.000Z",
};

const PROFILE: StepProfile = {
  dispatches: 96,
  milliseconds: 3.41,
  tokens: 640,
  rows: 512,
  times: [
    ["matmul", "quads_nt", "m 512, k 64, n 214", 24, 1.32],
    ["matmul", "quads_nn", "m 512, k 214, n 64", 12, 0.71],
    ["attention_forward", "quads", "tokens 640", 2, 0.48],
    ["head_tile_gradient", "plain", "rows 512", 1, 0.33],
    ["rmsnorm_backward", "plain", "rows 640", 5, 0.31],
    ["adamw", "plain", "count 112896", 1, 0.26],
  ].map(([op, kernel, shape, dispatches, milliseconds]) => ({
    op: String(op),
    kernel: String(kernel),
    shape: String(shape),
    count: Number(dispatches),
    milliseconds: Number(milliseconds),
    share: Number(milliseconds) / 3.41,
  })),
};

type Calls =
  | "runStage"
  | "keptStates"
  | "keptSpec"
  | "goOn"
  | "letGo"
  | "models"
  | "importModel"
  | "readHub"
  | "askHub"
  | "fetchModel"
  | "cancelModel"
  | "deleteModel"
  | "modelMemory"
  | "exportModel"
  | "profileStep";

export function fakeStages({
  stepMs,
  ratio,
  run,
  record,
  estimated,
  ...given
}: Given): Pick<EngineApi, Calls> {
  const kept = [...(given.kept ?? [])];
  const models = [...(given.models ?? [])];
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  async function bring(name: string, origin: string | null): Promise<StoredModel> {
    await wait(stepMs);
    if (given.refuseModel) throw given.refuseModel;
    const model = { ...STORIES, name, origin };
    models.unshift(model);
    return model;
  }

  return {
    async runStage(spec, stage, emit) {
      emit({ kind: "stage", stage: "data", done: 0, of: 1, note: "Splitting and tokenising" });
      await wait(stepMs);
      emit({ kind: "prepared", summary: PREPARED });
      const made = record(spec);
      if (stage === "data") return made;
      const sft = [];
      for (let i = 1; i <= 10; i++) {
        const note = stage === "ratio" ? "Training the source classifier" : "Fine-tuning the reference";
        emit({ kind: "stage", stage, done: i, of: 10, note });
        if (stage === "sft") {
          const step = {
            step: i,
            values: { loss: 3 - 0.15 * i, learning_rate: 3e-3, grad_norm: 1, num_tokens: 300 * i },
          };
          sft.push(step);
          emit({ kind: "sft", record: step });
        }
        await wait(stepMs);
      }
      if (stage === "sft") return { ...made, sft };
      estimated();
      emit({ kind: "ratio", summary: ratio });
      return { ...made, ratio };
    },
    keptStates: async () => kept,
    keptSpec: async (id) => {
      const strategy = kept.find(({ run: one }) => one === id)?.strategy;
      return strategy === undefined ? null : withField(defaultSpec(), "train.strategy", strategy);
    },
    async goOn(id, emit) {
      const [state] = kept.splice(
        kept.findIndex((one) => one.run === id),
        1,
      );
      return run(withField(defaultSpec(), "train.strategy", state!.strategy), emit);
    },
    async letGo(id) {
      kept.splice(
        kept.findIndex((one) => one.run === id),
        1,
      );
    },
    models: async () => models,
    importModel: (files) => bring(files[0]!.name.replace(/\.\w+$/, ""), null),
    readHub: async (link) => ({
      host: "huggingface.co",
      repo: link.split("/").slice(-2).join("/"),
      revision: "main",
    }),
    askHub: async (place) => ({
      ...place,
      files: [...STORIES.files],
      bytes: STORIES.files.reduce((sum, { bytes }) => sum + bytes, 0),
    }),
    async fetchModel(model, onProgress) {
      onProgress({ what: "Fetching model.safetensors", bytes: model.bytes / 2, ofBytes: model.bytes });
      return bring(model.repo, `https://${model.host}/${model.repo}`);
    },
    cancelModel: async () => {},
    async deleteModel(id) {
      models.splice(
        models.findIndex((one) => one.id === id),
        1,
      );
    },
    modelMemory: async (spec) => ({
      ...PREPARED.memory,
      parameters: PREPARED.parameters,
      allowed: PREPARED.largestAllowed,
      model: spec.model.kind === "llama" ? "fresh transformer" : spec.model.pretrained || "builtin:chatter",
      tooLarge:
        spec.model.dim > 512
          ? "the model takes 3.1 GiB, 1.2 GiB of it in one buffer, but this device allows 128 MiB"
          : null,
    }),
    exportModel: async () => [{ name: "model.safetensors", blob: new Blob(["weights"]) }],
    profileStep: async () => (given.profile === undefined ? PROFILE : given.profile),
  };
}
