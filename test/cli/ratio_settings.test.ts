/** What the words of `tilt ratio` set, and who they make the target. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { specOf } from "../../src/cli/ratio_settings.ts";
import { checkTarget, parseRule, readWithTarget } from "../../src/cli/target_choice.ts";

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
    await expect(specOf({ alpha: "much" })).rejects.toThrow(/ratio.alpha/);
    await expect(specOf({ spec: file("bad.json", "{") })).rejects.toThrow(/bad.json/);
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
