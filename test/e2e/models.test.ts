/** Models from disk: dropped, checked, kept over a reload, trained from, and saved again. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeShared, sharedPath } from "../shared.ts";
import { openPage, type Visit } from "./harness.ts";
import { goTo, ready, run, set, tick } from "./person.ts";

let visit: Visit;
beforeEach(async () => {
  visit = await openPage();
  await ready(visit.page);
});
afterEach(() => visit?.close());

const STORIES = "data/models/tinystories-656k";
const dialog = async (): Promise<string> =>
  (await visit.page.locator("dialog.models").innerText()).replace(/\s+/g, " ");

/** Names of the tensors of a safetensors file that the page saved. */
async function saved(button: string, file: string): Promise<string[]> {
  const downloads = new Map<string, string>();
  const take = async (download: import("playwright-core").Download): Promise<void> => {
    downloads.set(download.suggestedFilename(), await download.path());
  };
  visit.page.on("download", take);
  await visit.page.getByRole("button", { name: new RegExp(button, "i") }).click();
  await expect.poll(() => downloads.has(file)).toBe(true);
  visit.page.off("download", take);
  const bytes = readFileSync(downloads.get(file)!);
  const header = bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString();
  return Object.keys(JSON.parse(header) as object);
}

describeShared("models", () => {
  test("a dropped model is named, kept, trained from with an adapter, and saved; a cut one is refused", async () => {
    const { page } = visit;
    const parts = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"];
    const files = parts.map((name) => sharedPath(STORIES, name));
    const whole = readFileSync(files[3]!);
    await visit.drop("main", [
      ...files.slice(0, 3),
      { name: "model.safetensors", content: whole.subarray(0, 900_000) },
    ]);
    await expect
      .poll(dialog)
      .toMatch(/tensor "model\.[\w.]+" ends at byte \d+ of the data, but there are \d+/);
    await expect.poll(() => dialog()).toContain("None yet.");
    expect(await visit.accessibilityProblems()).toEqual([]);
    await page.getByRole("button", { name: "Dismiss" }).click();
    await page.getByRole("button", { name: "Close" }).click();

    await visit.drop("main", files);
    await expect.poll(dialog).toContain("in use");
    await page.getByRole("button", { name: "Close" }).click();
    await visit.drop("main", [
      sharedPath("data/models/stories260K/stories260K.bin"),
      sharedPath("data/models/stories260K/tok512.bin"),
    ]);
    await expect.poll(dialog).toContain("stories260K");
    await page.getByRole("button", { name: "use model", exact: true }).click();
    await visit.screenshot("models");
    await page.getByRole("button", { name: "Close" }).click();

    await page.reload();
    await ready(page);
    await goTo(page, "policy");
    await expect
      .poll(() => page.locator("#model option:checked").textContent())
      .toMatch(/^model, \d+ k numbers$/);
    await expect
      .poll(() => page.locator("tilt-model-choice").innerText())
      .toMatch(/numbers; training takes up to [\d.]+ MB/);
    await set(page, {
      "data.groups": 40,
      "data.maxTokens": 96,
      "ratio.folds": 2,
      "ratio.steps": 10,
      "sft.steps": 2,
      "sft.batch": 2,
      "train.steps": 2,
      "train.batch": 2,
      "train.evalEvery": 0,
      "train.loraRank": 2,
      "eval.groups": 10,
      "eval.samples": 0,
    });
    await tick(page, ["ERM"]);
    await run(page, 180_000);
    await page.getByRole("button", { name: "bring a model, or save a trained one" }).click();
    const model = await saved("^save the model of", "model.safetensors");
    expect(model).toContain("model.layers.0.self_attn.q_proj.weight");
    const adapter = await saved("^save the adapter of", "adapter_model.safetensors");
    expect(adapter.some((name) => /q_proj\.lora_A\.weight$/.test(name))).toBe(true);
    expect(visit.problems).toEqual([]);
  });
});
