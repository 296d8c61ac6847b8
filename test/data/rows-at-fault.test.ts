/** Rows that look like a known format, but are not: the fault names the column, says what to do, and nothing else is lost. */
import { describe, expect, it } from "vitest";
import { pairsOf } from "../../src/data/dataset.ts";
import { importFiles } from "../../src/data/import.ts";
import { fileOf, jsonl } from "./helpers.ts";

const user = (content: unknown) => ({ role: "user", content });
const says = (content: unknown) => ({ role: "assistant", content });
const ranked = (answer: unknown, rank: unknown) => ({ answer, rank, model: "m" });

async function faultOf(row: unknown) {
  const { dataset } = await importFiles([fileOf("a.jsonl", jsonl([row]))]);
  expect(dataset.groups).toEqual([]);
  expect(dataset.problems).toHaveLength(1);
  const { what, field, remedy, line, excerpt } = dataset.problems[0]!;
  expect([line, Boolean(remedy), Boolean(excerpt)]).toEqual([1, true, true]);
  return [field, what];
}

async function groupsOf(...rows: unknown[]) {
  const { dataset } = await importFiles([fileOf("a.jsonl", jsonl(rows))]);
  expect(dataset.problems).toEqual([]);
  return dataset.groups;
}

describe("pairs", () => {
  it.each([
    [
      "turns that say the same",
      { prompt: "q", chosen: [says("x")], rejected: [says("x")] },
      "rejected",
      /same/,
    ],
    [
      "a ShareGPT pair that says the same",
      {
        conversations: [{ from: "human", value: "q" }],
        chosen: { from: "gpt", value: "a" },
        rejected: { from: "gpt", value: "a" },
      },
      "rejected",
      /same/,
    ],
    [
      "whole conversations that are the same",
      { chosen: [user("q"), says("x")], rejected: [user("q"), says("x")] },
      "rejected",
      /same conversation/,
    ],
    ["texts that are the same", { chosen: "abc", rejected: "abc" }, "rejected", /same text/],
    ["a text that begins the other", { chosen: "abc", rejected: "abcd" }, "chosen", /beginning of the other/],
    [
      "answers to different conversations",
      { prompt: "q", chosen: [user("q"), says("x")], rejected: [user("z"), says("y")] },
      "rejected",
      /different conversations/,
    ],
    [
      "conversations that part at the question",
      { chosen: [user("q"), says("x")], rejected: [user("z"), says("y")] },
      "rejected",
      /part before/,
    ],
    [
      "a conversation that ends with the question",
      { prompt: "q", chosen: [says("x"), user("q")], rejected: [says("y")] },
      "chosen",
      /ends with a turn of `user`/,
    ],
    [
      "a dialogue beside a plain text",
      { chosen: "\n\nHuman: q\n\nAssistant: a", rejected: "b" },
      "rejected",
      /dialogue/,
    ],
    [
      "a conversation without turns",
      { conversations: [], chosen: says("a"), rejected: says("b") },
      "conversations",
      /empty/,
    ],
    ["a prompt that is null", { prompt: null, chosen: "a", rejected: "b" }, "prompt", /is null/],
    [
      "a turn that calls a tool",
      { chosen: [user("q"), says(null), says("a")], rejected: [user("q"), says("b")] },
      "chosen[1]",
      /`content`.*null/,
    ],
    [
      "a turn with a picture",
      { chosen: [user("q"), says([{ type: "image_url" }])], rejected: [user("q"), says("b")] },
      "chosen[1]",
      /not text/,
    ],
    ["a weight below 0", { prompt: "q", chosen: "a", rejected: "b", weight: -1 }, "weight", /-1/],
  ])("%s", async (_, row, field, what) =>
    expect(await faultOf(row)).toEqual([field, expect.stringMatching(what)]),
  );

  it("ignores a column `weight` that is none", async () => {
    expect(
      (await groupsOf({ prompt: "q", chosen: "a", rejected: "b", weight: "heavy" }))[0]!.weight,
    ).toBeUndefined();
  });

  it("knows an assistant by its other names", async () => {
    const side = (text: string) => [
      { from: "human", value: "q" },
      { from: "ai", value: text },
    ];
    const [group] = await groupsOf({ prompt: "q", chosen: side("a"), rejected: side("b") });
    expect(group!.responses.map(({ text }) => text)).toEqual([" a", " b"]);
  });
});

describe("lists", () => {
  it.each([
    [
      "an answer without a rank",
      { prompt: "q", answers: [ranked("a", 1), { answer: "b" }] },
      "answers[1].rank",
      /answers\[1\]\.rank.*missing/,
    ],
    [
      "a first answer without a rank",
      { prompt: "q", answers: [{ answer: "a" }, ranked("b", 1)] },
      "answers[0].rank",
      /missing/,
    ],
    [
      "an answer that is no text",
      { prompt: "q", answers: [ranked("a", 1), ranked(7, 2)] },
      "answers[1].answer",
      /number/,
    ],
    [
      "a completion that is no text",
      { instruction: "q", completions: [{ response: "a" }, { response: ["b"] }] },
      "completions[1].response",
      /list/,
    ],
    [
      "the same answer twice by one model",
      { instruction: "q", output_1: "a", output_2: "a", generator_1: "m", generator_2: "m", preference: 1 },
      "output_2",
      /same/,
    ],
  ])("%s", async (_, row, field, what) =>
    expect(await faultOf(row)).toEqual([field, expect.stringMatching(what)]),
  );

  it("keeps the other responses where one is null", async () => {
    const groups = await groupsOf(
      { prompt: "1", answers: [ranked("a", 1), ranked(null, 2), ranked("c", 3)] },
      { query: "2", responses: ["a", null, "c"], scores: [1, 2, 3], probs: [0.1, 0.2, 0.3] },
      { question: "3", human_answers: ["a", null], chatgpt_answers: ["c"] },
      {
        instruction: "4",
        completions: [
          { response: "a", overall_score: 1 },
          { response: null, overall_score: 2 },
          { response: "c", overall_score: 3 },
        ],
      },
    );
    for (const { responses } of groups) expect(responses.map(({ text }) => text)).toEqual(["a", "c"]);
    expect(groups[1]!.responses[1]).toMatchObject({ score: 3, prob: 0.3 });
  });

  it("says what a row without names should look like", async () => {
    const { dataset } = await importFiles([fileOf("a.json", '[["prompt", "chosen"], ["q", "a"]]')]);
    expect(dataset.problems[0]).toMatchObject({ remedy: expect.stringContaining('{"prompt"') });
  });
});

describe("HANNA with ratings", () => {
  const criteria = ["Relevance", "Coherence", "Empathy", "Surprise", "Engagement", "Complexity"];
  const row = (Model: string, rating: number) => ({
    Prompt: "q",
    Human: "h",
    Story: Model === "Human" ? "h" : Model,
    Model,
    ...Object.fromEntries(criteria.map((name) => [name, rating])),
  });

  it("counts a human story that nobody rated as preferred, and keeps the order of the others", async () => {
    const [group] = await groupsOf(row("a", 1), row("b", 4));
    expect(group!.responses.map(({ text, score }) => [text, score])).toEqual([
      ["h", null],
      ["a", 1],
      ["b", 4],
    ]);
    expect(pairsOf(group!)).toEqual([
      [0, 1],
      [0, 2],
      [2, 1],
    ]);
  });

  it("goes by the ratings where the human story has one", async () => {
    const [group] = await groupsOf(row("a", 1), row("b", 4), row("Human", 2));
    expect(pairsOf(group!)).toEqual([
      [0, 1],
      [2, 0],
      [2, 1],
    ]);
  });
});
