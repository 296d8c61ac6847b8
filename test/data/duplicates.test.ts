import { describe, expect, it } from "vitest";
import type { Group } from "../../src/data/dataset.ts";
import { findDuplicates, looseKey } from "../../src/data/duplicates.ts";
import { importFiles } from "../../src/data/import.ts";
import { splitByPrompt } from "../../src/data/split.ts";
import { describeShared, sharedPath } from "../shared.ts";
import { fileAt } from "./helpers.ts";

const group = (prompt: string, ...texts: [string, number][]): Group => ({
  id: prompt,
  prompt,
  row: 1,
  responses: texts.map(([text, source]) => ({ text, source, score: null })),
});

describe("findDuplicates", () => {
  const groups = [
    group("What is it?", ["a", 0], ["b", 1]),
    group("what is it", ["a", 1], ["c", 1]),
    group("What is it?", ["c", 1], ["d", 1]),
    group("?", ["e", 0], ["f", 1]),
    group("!", ["g", 0], ["h", 1]),
  ];

  it("finds repeated prompts and responses, and those under several sources", () => {
    const found = findDuplicates({ groups });
    expect(found.prompts).toEqual([{ text: "What is it?", groups: [0, 2] }]);
    expect(found.responses).toEqual([
      { text: "a", groups: [0, 1] },
      { text: "c", groups: [1, 2] },
    ]);
    expect(found.acrossSources).toBe(1);
    expect(found.leaked).toEqual([]);
  });

  it("finds held-out prompts that training has in other dress", () => {
    const split = { train: [0, 2, 3], heldOut: [1, 4], unpairedTrain: [], unpairedHeldOut: [] };
    expect(findDuplicates({ groups }, split).leaked).toEqual([1]);
    expect(looseKey("Ｗhat’s up?")).toBe(looseKey("whats UP"));
    expect(looseKey("?")).not.toBe(looseKey("!"));
  });
});

describeShared("duplicates in real data", () => {
  it("counts the repeated texts that the reference counts", async () => {
    const wiki = await importFiles([fileAt(sharedPath("data", "hc3", "wiki_csai.jsonl"))]);
    const found = findDuplicates(wiki.dataset, splitByPrompt(wiki.dataset, { seed: 1 }));
    const extra = found.responses.reduce((sum, { groups }) => sum + groups.length - 1, 0);
    expect(extra).toBe(71);
  });
});
