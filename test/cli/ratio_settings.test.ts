/** What the words of `tilt ratio` set, and who they make the target. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { specOf } from "../../src/cli/ratio_settings.ts";
import { samplesOfWorld } from "../../src/cli/ratio_world.ts";
import { checkTarget, parseRule, readWithTarget } from "../../src/cli/target_choice.ts";
import { splitOfRun } from "../../src/experiment/run_split.ts";
import { builtinDataset } from "../../src/experiment/source.ts";

const folder = mkdtempSync(join(tmpdir(), "tilt-ratio-"));
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const lines = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join("\n");

describe("settings", () => {
  it("are the defaults, or those of a spec, with what is named changed", async () => {
    const spec = file("spec.json", JSON.stringify({ seed: 3, ratio: { form: "averaged", l2: 0.5 } }));
    const { ratio, seed, data } = await specOf({ spec, form: "stabilised", clip: "0.2,4", target: "people" });
    expect(ratio).toMatchObject({ form: "stabilised", l2: 0.5, hMin: 0.2, hMax: 4 });
    expect([seed, data.target]).toEqual([3, "people"]);
    expect((await specOf({ clip: "2", folds: "7", alpha: "0.4" })).ratio).toMatchObject({
      hMin: 0,
      hMax: 2,
      folds: 7,
      alpha: 0.4,
    });
    expect((await specOf({ folds: "folds.json" })).ratio.folds).toBe(5);
  });

  it("are refused by name", async () => {
    await expect(specOf({ form: "best" })).rejects.toThrow(/ratio.form.*mixture/s);
    await expect(specOf({ folds: "1" })).rejects.toThrow(/ratio.folds.*from 2/s);
    await expect(specOf({ clip: "0,1,2" })).rejects.toThrow(/--clip.*two limits/s);
    await expect(specOf({ alpha: "much" })).rejects.toThrow(/ratio.alpha/);
    await expect(specOf({ spec: file("bad.json", "{") })).rejects.toThrow(/bad.json/);
  });
});

describe("a world", () => {
  it("is that of the spec, in the order and the folds of its run, but for what is named", async () => {
    const data = { groups: 30, responses: 3, shift: 0.7, shareTarget: 0.4, shareFirst: 0.2, lists: "mixed" };
    const spec = file("world.json", JSON.stringify({ seed: 9, data, ratio: { folds: 4 } }));
    const read = await specOf({ spec });
    const { texts, folds } = samplesOfWorld("chatter", { spec }, read);
    const world = builtinDataset(read)!;
    const { train, heldOut } = splitOfRun(read, world);
    expect(texts).toEqual(
      [...train, ...heldOut].flatMap((g) => world.groups[g]!.responses.map(({ text }) => text)),
    );
    expect(folds).toBe(4);
    const fewer = samplesOfWorld("chatter", { spec, responses: "60", shift: "0" }, read);
    expect(fewer.texts).toHaveLength(60);
    expect(new Set(fewer.trueLogRatio!.map((value) => Number(value.toFixed(9))))).toEqual(new Set([0]));
    expect(samplesOfWorld("plane", { spec }, read).texts).toHaveLength(60);
  });

  it("has 4,000 responses at shift 1 without a spec", async () => {
    const read = await specOf({ seed: "2" });
    const { texts, trueLogRatio } = samplesOfWorld("plane", {}, read);
    expect(texts).toHaveLength(4000);
    expect(trueLogRatio).toEqual(samplesOfWorld("plane", { shift: "1" }, read).trueLogRatio);
    expect(() => samplesOfWorld("chatter", { shares: "0.5,0.5" }, read)).toThrow(/--shares.*three shares/s);
  });
});

describe("the target", () => {
  const pairs = file(
    "pairs.jsonl",
    lines([1, 2].map((i) => ({ prompt: `q${i}`, chosen: `well, no ${i}`, rejected: `certainly ${i}` }))),
  );
  const people = file("people.jsonl", lines([1, 2].map((i) => ({ prompt: `q${i}`, response: `mine ${i}` }))));

  it("is found by a rule", async () => {
    const { sources, target, groups } = await readWithTarget([pairs], { "target-rule": "preferred" });
    expect(sources[target]).toBe("human");
    expect(groups[0]!.responses.map(({ source }) => source)).toEqual([0, 1]);
    expect(parseRule("position:a, b")).toEqual({ kind: "by-position", names: ["a", "b"] });
    expect(parseRule("text:as an AI: sure")).toEqual({ kind: "text", pattern: "as an AI: sure" });
    expect(parseRule("score:-1.5")).toEqual({ kind: "score", atLeast: -1.5 });
    for (const none of ["", "best", "preferred:x", "position:", "score:", "score:many", "text:"]) {
      expect(() => parseRule(none)).toThrow(/--target-rule.*preferred, position/s);
    }
  });

  it("is who wrote a second file", async () => {
    const { sources, target, groups } = await readWithTarget([pairs], { "target-file": people });
    expect(sources[target]).toBe("human");
    expect(groups[0]!.responses.map(({ text }) => text)).toContain("mine 1");
  });

  it("is asked for by the options that name it", async () => {
    const nobody = await readWithTarget([pairs], {});
    expect(() => checkTarget(nobody)).toThrow(/--target-rule preferred.*--target-file/s);
    const some = await readWithTarget([pairs], { "target-rule": "position:a,b" });
    expect(() => checkTarget(some)).toThrow(/--target NAME with one of: a, b/);
  });

  it("may have written files of its own among several", async () => {
    const answers = (generator: string) =>
      file(
        `${generator}.json`,
        JSON.stringify(
          [1, 2].map((i) => ({
            instruction: `q${i}`,
            output: `${generator} says ${i}`,
            generator,
            dataset: "d",
          })),
        ),
      );
    const { groups, sources } = await readWithTarget([answers("one"), answers("two")], {});
    expect(sources).toEqual(["one", "two"]);
    expect(groups).toHaveLength(2);
  });
});
