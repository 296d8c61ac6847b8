import { describe, expect, it } from "vitest";
import { betterOf, endOf } from "../../src/data/better.ts";
import { pairsOf } from "../../src/data/dataset.ts";
import { RowFault } from "../../src/data/formats/format.ts";
import { importFiles } from "../../src/data/import.ts";
import { peek } from "../../src/data/peek.ts";
import { fileOf, jsonl } from "./helpers.ts";

describe("a column that names the better response", () => {
  it.each([
    ["model_a", "a"],
    ["responseB", "b"],
    ["Answer B", "b"],
    ["output_12", "12"],
    ["A", "a"],
    ["1", "1"],
    ["winner", undefined],
    ["data", undefined],
  ])("%s ends in %s", (name, end) => expect(endOf(name)).toBe(end));

  const letters = [
    { column: "answer_a", source: "gpt" },
    { column: "answer_b", source: "llama" },
  ];
  const numbers = [
    { column: "output_1", source: undefined },
    { column: "output_2", source: undefined },
  ];
  const counted = [
    { column: "response_0", source: undefined },
    { column: "response_1", source: undefined },
  ];
  it.each([
    ["model_a", letters, 0],
    ["B", letters, 1],
    ["answer_b", letters, 1],
    ["Llama", letters, 1],
    ["tie", letters, null],
    ["tie (bothbad)", letters, null],
    [null, letters, null],
    [2, numbers, 1],
    ["1", numbers, 0],
    [1.0, numbers, 0],
    [0, numbers, null],
    [0, counted, 0],
    [1n, counted, 1],
  ] as const)("%s", (value, rivals, wanted) => expect(betterOf(value, "winner", rivals)).toBe(wanted));

  it("looks at the end of a long text only: trying a pattern at each of its characters would take that squared", () =>
    expect(endOf("1".repeat(100_000))).toHaveLength(40));

  it("names what it does not understand", () => {
    expect(() => betterOf("the left one", "winner", letters)).toThrow();
    try {
      betterOf("the left one", "winner", letters);
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(RowFault);
      expect(thrown).toMatchObject({
        field: "winner",
        what: expect.stringContaining("the left one"),
        remedy: expect.stringContaining("answer_a, answer_b"),
      });
    }
  });

  it("is guessed and read, with the models and the prompt that conversations repeat", async () => {
    const talk = (answer: string) => [
      { role: "user", content: "q" },
      { role: "assistant", content: answer },
    ];
    const rows = ["model_a", "model_b", "tie", "nobody knows"].map((winner, i) => ({
      model_a: "gpt",
      model_b: "llama",
      winner,
      conversation_a: talk(`a${i}`),
      conversation_b: talk(`b${i}`),
    }));
    const file = fileOf("arena.jsonl", jsonl(rows));
    const { guess } = await peek([file]);
    expect(guess!.mapping).toEqual({
      responses: ["conversation_a", "conversation_b"],
      sourceColumns: ["model_a", "model_b"],
      better: "winner",
    });
    const { dataset, counts } = await importFiles([file], { mapping: guess!.mapping! });
    expect(counts).toMatchObject({ rowsKept: 3, rowsLeftOut: 1, pairs: 2, ties: 1 });
    expect(dataset.sources).toEqual(["gpt", "llama"]);
    expect(dataset.groups.map(pairsOf)).toEqual([[[0, 1]], [[1, 0]], []]);
    expect(dataset.groups[0]).toMatchObject({
      prompt: "\n\nHuman: q\n\nAssistant:",
      responses: [{ text: " a0" }, { text: " b0" }],
    });
    expect(dataset.problems).toMatchObject([{ line: 4, field: "winner" }]);
  });
});
