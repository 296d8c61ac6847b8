import { expect, it } from "vitest";
import { pairsOf } from "../../src/data/dataset.ts";
import { importFiles } from "../../src/data/import.ts";
import { describeShared, sharedPath } from "../shared.ts";
import { fileAt } from "./helpers.ts";

const data = (...parts: string[]) => fileAt(sharedPath("data", ...parts));

describeShared("real data sets", () => {
  it("QA-Feedback: five answers, the human one first and preferred; ties give no pair", async () => {
    const file = data("qa_feedback", "dev_feedback.json");
    const { dataset, counts, notes } = await importFiles([file]);
    expect(dataset).toMatchObject({
      format: "qa-feedback",
      sources: ["human", "model"],
      target: 0,
      problems: [],
    });
    expect(counts).toMatchObject({ rowsRead: 500, rowsKept: 500, groups: 500, responses: 2500 });
    // 3,000 labels, 384 of them ties, and the human answer over four others in each group.
    expect(counts.pairs).toBe(3000 - 384 + 2000);
    for (const group of dataset.groups) {
      expect(group.responses.map((response) => response.source)).toEqual([0, 1, 1, 1, 1]);
      expect(group.responses[0]!.score).toBe(4);
      expect(group.responses.reduce((sum, response) => sum + response.score!, 0)).toBe(0);
    }
    expect(notes.join(" ")).toMatch(/gold/);

    const plain = await importFiles([file], { targetPreferred: false, passages: true });
    expect(plain.counts.pairs).toBe(3000 - 384);
    expect(plain.dataset.groups.filter((group) => pairsOf(group).length === 0)).toHaveLength(12);
    expect(plain.dataset.groups[0]!.responses[0]!.score).toBeNull();
    expect(plain.dataset.groups[0]!.prompt.length).toBeGreaterThan(1000);
    expect(plain.dataset.groups[0]!.prompt.endsWith("\n\nWhen does bloom by troye sivan come out?")).toBe(
      true,
    );
  });

  it("HH-RLHF: 4 empty turns and 5 rows with different prompts are left out by name", async () => {
    const { dataset, counts } = await importFiles([data("hh_rlhf", "harmless-base_test.jsonl.gz")]);
    expect(dataset).toMatchObject({ format: "hh-rlhf", sources: [], target: -1 });
    expect(counts).toMatchObject({
      rowsRead: 2312,
      rowsLeftOut: 9,
      rowsKept: 2303,
      groups: 2303,
      pairs: 2303,
    });
    expect(
      dataset.problems.filter((problem) => /empty/.test(problem.what)).map((problem) => problem.line),
    ).toEqual([87, 517, 926, 1104]);
    expect(dataset.problems.filter((problem) => /same prompt/.test(problem.what))).toHaveLength(5);
    for (const group of dataset.groups) {
      expect(group.prompt.startsWith("\n\nHuman:") && group.prompt.endsWith("\n\nAssistant:")).toBe(true);
    }
    const ruled = await importFiles([data("hh_rlhf", "harmless-base_test.jsonl.gz")], {
      sourceRule: { kind: "preferred-is-target" },
    });
    expect(ruled.dataset).toMatchObject({ sources: ["human", "synthetic"], target: 0 });
    expect(ruled.dataset.groups.every((group) => group.responses[0]!.source === 0)).toBe(true);
  });
});
