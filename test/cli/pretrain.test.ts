/** Pre-training, and the models that were made with it. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { MODELS_FOLDER, readBuiltinFile } from "../../src/cli/builtin_files.ts";
import { chatterRecipe } from "../../src/cli/pretrain/chatter.ts";
import { greedyTexts, heldOutLoss } from "../../src/cli/pretrain/judge.ts";
import { type Recipe, wholeText } from "../../src/cli/pretrain/recipe.ts";
import { train } from "../../src/cli/pretrain/train.ts";
import { openBuiltinModel } from "../../src/experiment/builtin_models.ts";
import { BUILTIN_MODELS } from "../../src/experiment/model_names.ts";

const card = (name: string) => readFile(join(MODELS_FOLDER, name, "README.md"), "utf8");

/** Tokens, loss and floor of a held-out row of a card. */
function rowOf(text: string, name: string): { loss: number; floor: number } {
  const cells = text
    .split("\n")
    .find((line) => line.startsWith(`| held out: ${name} |`))!
    .split("|");
  return { loss: Number(cells[3]), floor: Number(cells[4]) };
}

describe("the models that come with Tilt", () => {
  it.each(BUILTIN_MODELS.map(({ id }) => id))("%s opens, and its card tells its hash", async (id) => {
    const { tokenizer, checkpoint } = await openBuiltinModel(id, readBuiltinFile);
    expect(tokenizer.vocabSize).toBe(checkpoint.config.vocab);
    const { sha256 } = BUILTIN_MODELS.find((model) => model.id === id)!;
    expect(await card(id.replace("builtin:", ""))).toContain(sha256);
  });

  it("together they stay small", async () => {
    let bytes = 0;
    for (const { id } of BUILTIN_MODELS) {
      const folder = join(MODELS_FOLDER, id.replace("builtin:", ""));
      for (const name of await readdir(folder)) bytes += (await readFile(join(folder, name))).byteLength;
    }
    expect(bytes).toBeLessThan(6e6);
  });

  it("chatter is as far from the exact distribution as its card says", async () => {
    const model = await openBuiltinModel("builtin:chatter", readBuiltinFile);
    const text = await card("chatter");
    for (const set of chatterRecipe(90).heldOut) {
      const { loss, floor } = rowOf(text, set.name);
      const here = await heldOutLoss(createCpuBackend(), model, set.groups);
      // What is above the floor varies far less from text to text than the loss itself.
      expect(Math.abs(here - set.floor! - (loss - floor)), set.name).toBeLessThan(0.02);
      expect(loss).toBeGreaterThan(floor);
    }
  });

  it("chatter writes what its card shows, every time", async () => {
    const model = await openBuiltinModel("builtin:chatter", readBuiltinFile);
    const [text] = await greedyTexts(createCpuBackend(), model, [chatterRecipe(6).prompts[0]!], 80);
    expect(await card("chatter")).toContain(`    ${text}\n`);
  });

  it("english spells any text and gives it back", async () => {
    const { tokenizer } = await openBuiltinModel("builtin:english", readBuiltinFile);
    const text = "Once upon a time, a fox — named “Zoë” — ran 12 miles.\n\nThe end!";
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    expect(tokenizer.encode("Once upon a time, there was a little girl.").length).toBeLessThan(14);
  });
});

describe("pre-training", () => {
  let cache: string;
  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), "tilt-pretrain-"));
  });
  afterAll(() => rm(cache, { recursive: true }));

  /** Counts modulo 7, from a start that the step decides. */
  function counting(): Recipe {
    const { tokenizer, files, card: words } = chatterRecipe(6);
    const config = {
      ...chatterRecipe(6).config,
      vocab: 8,
      dim: 16,
      layers: 1,
      heads: 2,
      kvHeads: 2,
      headDim: 8,
    };
    return {
      name: "counting",
      seed: 3,
      config: { ...config, hidden: 16, maxPositions: 16 },
      tokenizer,
      files,
      optimisation: { lr: 0.02, steps: 40, warmup: 0.1, schedule: "cosine", weightDecay: 0, clip: 1 },
      beta2: 0.99,
      batch: (step) =>
        [0, 1, 2].map((k) =>
          wholeText(Uint32Array.from({ length: 9 }, (_, i) => 1 + ((step + 2 * k + i) % 7))),
        ),
      heldOut: [],
      prompts: [],
      card: words,
    };
  }

  it("learns; and a training that was stopped twice ends with the bits of one that was not", async () => {
    const backend = createCpuBackend();
    const run = async (folder: string, stopAt: readonly number[]) => {
      let done = 0;
      let stops = stopAt;
      for (;;) {
        const { model, progress } = await train(backend, counting(), {
          cache: join(cache, folder),
          saveEvery: 1e9,
          stop: () => stops.includes(done),
          onStep: (step) => {
            done = step;
          },
        });
        model.free();
        stops = stops.filter((step) => step > done);
        if (progress.step === 40) return progress;
      }
    };
    const whole = await run("whole", []);
    const halting = await run("halting", [11, 25]);
    expect(halting.losses).toEqual(whole.losses);
    expect(halting.arrays.parameters).toEqual(whole.arrays.parameters);
    expect(whole.losses.at(-1)!).toBeLessThan(0.2 * whole.losses[0]!);
  });

  it("says which file is damaged, and how to begin anew", async () => {
    const folder = join(cache, "damaged");
    const options = { cache: folder, saveEvery: 1e9, onStep: () => {} };
    let steps = 0;
    const { model, progress } = await train(createCpuBackend(), counting(), {
      ...options,
      stop: () => steps++ === 2,
    });
    model.free();
    expect(progress.step).toBe(2);
    const [file] = await readdir(folder);
    const bytes = await readFile(join(folder, file!));
    for (const damaged of [bytes.subarray(0, bytes.length - 12), bytes.subarray(9), Buffer.from("")]) {
      await writeFile(join(folder, file!), damaged);
      const again = train(createCpuBackend(), counting(), { ...options, stop: () => true });
      await expect(again).rejects.toThrow(/counting-.*\.bin — What was kept .* --fresh/s);
    }
  });
});
