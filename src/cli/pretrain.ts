/** `npm run pretrain -- NAME`: makes one of the models that come with Tilt, with Tilt's own engine. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { TiltError } from "../base/errors.ts";
import { openPretrained } from "../experiment/pretrained.ts";
import { bytesInMemory } from "../model/checkpoint/bytes.ts";
import { type ExportedFile, exportModel } from "../model/checkpoint/export.ts";
import { openCommandBackend } from "./gpu.ts";
import { modelCard } from "./pretrain/card.ts";
import { chatterRecipe } from "./pretrain/chatter.ts";
import { englishRecipe } from "./pretrain/english.ts";
import { greedyTexts, heldOutLoss } from "./pretrain/judge.ts";
import { forgetProgress } from "./pretrain/progress_file.ts";
import type { Recipe } from "./pretrain/recipe.ts";
import { train } from "./pretrain/train.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const NEW_TOKENS = 80;

/** @param args words after `pretrain` @returns 0 when the model was written, 1 when training was stopped before */
export async function pretrain(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      corpora: { type: "string", default: resolve(ROOT, "../shared/data/corpora") },
      out: { type: "string" },
      cache: { type: "string", default: resolve(ROOT, ".cache/pretrain") },
      fresh: { type: "boolean", default: false },
      backend: { type: "string", default: "webgpu" },
    },
  });
  const recipe = await recipeOf(positionals, values.corpora);
  const { backend, environment } = await openCommandBackend(values.backend);
  if (values.fresh) await forgetProgress(values.cache, recipe);
  let stopped = false;
  process.once("SIGINT", () => (stopped = true));
  process.once("SIGTERM", () => (stopped = true));
  const { steps } = recipe.optimisation;
  const { model, progress } = await train(backend, recipe, {
    cache: values.cache,
    saveEvery: 60,
    stop: () => stopped,
    onStep: (step, loss) => {
      if (step % 10 === 0) console.error(`${recipe.name} ${step} of ${steps}: loss ${loss.toFixed(4)}`);
    },
  });
  if (progress.step < steps) {
    console.error(`Stopped after ${progress.step} of ${steps} steps. The same command goes on from there.`);
    return 1;
  }

  const { eosId, bosId } = recipe.tokenizer;
  const weights = await exportModel(model, "F16", {
    torch_dtype: "float16",
    eos_token_id: eosId,
    bos_token_id: bosId,
  });
  const parameters = [...model.weights.layout.weights.values()].reduce((sum, { length }) => sum + length, 0);
  model.free();
  const files = [
    ...weights,
    json("tokenizer.json", recipe.files.tokenizer),
    json("tokenizer_config.json", recipe.files.config),
  ];
  // Judged as it will be used: from the files, rounded to float16.
  const stored = await openPretrained(files.map(({ name, bytes }) => bytesInMemory(name, bytes)));
  const heldOut = [];
  for (const set of recipe.heldOut) {
    const tokens = set.groups.reduce(
      (n, { responses }) => n + responses.reduce((m, r) => m + r.length, 0),
      0,
    );
    heldOut.push({ set, tokens, loss: await heldOutLoss(backend, stored, set.groups) });
  }
  let trainTokens = 0;
  for (let step = 0; step < steps; step++)
    for (const { responses } of recipe.batch(step)) trainTokens += responses[0]!.length;
  const card = modelCard(recipe, {
    progress,
    command: `npm run pretrain -- ${recipe.name}`,
    adapter: environment.adapter,
    parameters,
    bytes: weights.find(({ name }) => name === "model.safetensors")!.bytes.byteLength,
    hash: stored.id.replace("file:", ""),
    trainTokens,
    heldOut,
    samples: await greedyTexts(backend, stored, recipe.prompts, NEW_TOKENS),
  });
  backend.destroy();
  const folder = values.out ?? join(ROOT, "public/models", recipe.name);
  await mkdir(folder, { recursive: true });
  for (const { name, bytes } of files) await writeFile(join(folder, name), bytes);
  await writeFile(join(folder, "README.md"), card);
  console.log(`${folder}: ${heldOut.map(({ set, loss }) => `${set.name} ${loss.toFixed(4)}`).join(", ")}`);
  console.log(`SHA-256 of the weights: ${stored.id.replace("file:", "")}`);
  return 0;
}

async function recipeOf(names: readonly string[], corpora: string): Promise<Recipe> {
  const [name] = names;
  if (names.length === 1 && name === "chatter") return chatterRecipe();
  if (names.length === 1 && name === "english") return englishRecipe(corpora);
  throw new TiltError("Name one model: chatter or english.", { remedy: "npm run pretrain -- chatter" });
}

function json(name: string, content: object): ExportedFile {
  return { name, bytes: new TextEncoder().encode(`${JSON.stringify(content)}\n`) };
}
