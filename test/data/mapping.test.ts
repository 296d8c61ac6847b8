import { describe, expect, it } from "vitest";
import { importFiles } from "../../src/data/import.ts";
import type { Mapping } from "../../src/data/mapping.ts";
import { peek } from "../../src/data/peek.ts";
import { describeShared, sharedPath } from "../shared.ts";
import { fileAt, fileOf, gzipped, jsonl, pairRow } from "./helpers.ts";

const read = async (rows: readonly unknown[], mapping: Mapping) =>
  importFiles([fileOf("own.jsonl", jsonl(rows))], { mapping });

describe("columns named by hand", () => {
  it("a pair per row, with scores and source columns inside an object", async () => {
    const { dataset } = await read(
      [{ q: "why?", win: " a", lose: " b", meta: { s: [1], up: 3, down: "1.5", by: "ann", other: "gpt" } }],
      {
        prompt: "q",
        chosen: "win",
        rejected: "lose",
        scores: ["meta.up", "meta.down"],
        sourceColumns: ["meta.by", "meta.other"],
        target: "ann",
      },
    );
    expect(dataset).toMatchObject({ format: "mapped", sources: ["ann", "gpt"], target: 0, problems: [] });
    expect(dataset.groups[0]).toMatchObject({
      prompt: "why?",
      responses: [
        { text: " a", source: 0, score: 3 },
        { text: " b", source: 1, score: 1.5 },
      ],
      preferences: [[0, 1]],
    });
  });

  it("a pair without a prompt column: the common beginning", async () => {
    const { dataset } = await read([{ good: "The sky is blue.", bad: "The sky is red." }], {
      chosen: "good",
      rejected: "bad",
      sources: ["human", "model"],
    });
    expect(dataset.groups[0]!.prompt).toBe("The sky is");
    expect(dataset.target).toBe(0);
  });

  it("several response columns, ranks, empty ones skipped", async () => {
    const { dataset } = await read([{ q: "?", h: "a", m1: "b", m2: " ", rh: 1, r1: 2, r2: 3 }], {
      prompt: "q",
      responses: ["h", "m1", "m2"],
      scores: ["rh", "r1", "r2"],
      lowerIsBetter: true,
      sources: ["human", "m1", "m2"],
    });
    expect(dataset.groups[0]!.responses).toEqual([
      { text: "a", source: 0, score: -1 },
      { text: "b", source: 1, score: -2 },
    ]);
  });

  it("a list of responses with a list of scores", async () => {
    const { dataset, counts } = await read(
      [
        { q: "?", all: ["a", "b", "c"], marks: [1, 2, 3], who: ["x", "y", "x"] },
        { q: "?", all: ["a", "b"], marks: [1], who: ["x", "y"] },
      ],
      { prompt: "q", responses: ["all"], scores: ["marks"], sourceColumns: ["who"] },
    );
    expect(dataset.groups[0]!.responses.map(({ source, score }) => [source, score])).toEqual([
      [0, 1],
      [1, 2],
      [0, 3],
    ]);
    expect(counts.rowsLeftOut).toBe(1);
    expect(dataset.problems[0]).toMatchObject({ field: "marks" });
  });

  it("one response per row: grouped by prompt; the target counts as preferred where nothing else says", async () => {
    const rows = [
      { q: "1", a: "x", by: "human" },
      { q: "2", a: "y", by: "human" },
      { q: "1", a: "z", by: "gpt" },
    ];
    const { dataset, counts } = await read(rows, {
      prompt: "q",
      response: "a",
      sourceColumns: ["by"],
      target: "human",
    });
    expect(dataset.groups).toMatchObject([{ prompt: "1", preferences: [[0, 1]] }]);
    expect(counts).toMatchObject({ rowsRead: 3, rowsLeftOut: 1 });
  });

  it("labelled single responses", async () => {
    const { dataset } = await read([{ q: "1", a: "x", ok: "yes" }], {
      prompt: "q",
      response: "a",
      label: "ok",
    });
    expect(dataset.unpaired).toMatchObject([{ prompt: "1", desirable: true, response: { text: "x" } }]);
  });

  it("names the chosen column that is missing in a row", async () => {
    const { dataset, counts } = await read([{ q: "1", w: "x" }], { prompt: "q", chosen: "w", rejected: "l" });
    expect(counts.rowsLeftOut).toBe(1);
    expect(dataset.problems[0]).toMatchObject({ row: 1, field: "l" });
  });
});

describe("a first look", () => {
  it("guesses a known format, from compressed files too, without reading all", async () => {
    let pulled = 0;
    const file = gzipped(
      "a.jsonl",
      jsonl(Array.from({ length: 50_000 }, (_, i) => ({ ...pairRow(i), n: i }))),
      1024,
    );
    const counting = {
      ...file,
      stream: () =>
        file.stream().pipeThrough(
          new TransformStream<Uint8Array, Uint8Array>({
            transform(chunk, controller) {
              pulled += chunk.length;
              controller.enqueue(chunk);
            },
          }),
        ),
    };
    const { guess, exampleRows, columns } = await peek([counting]);
    expect(guess).toMatchObject({ format: "trl", columns: ["prompt", "chosen", "rejected"] });
    expect(exampleRows).toHaveLength(3);
    expect(columns.map(({ name, kind }) => [name, kind])).toEqual([
      ["prompt", "text"],
      ["chosen", "text"],
      ["rejected", "text"],
      ["n", "number"],
    ]);
    expect(pulled).toBeLessThan(file.size / 2);
  });

  it("guesses columns of unknown shapes so that the guess can be imported", async () => {
    const shapes: unknown[][] = [
      [{ user_input: "q", preferred_text: "a", worse_text: "b" }],
      [{ question_text: "q", human_reply: "a longer human answer", gpt_reply: "another text of a model" }],
      [
        { post: "q", reply: "one", writer: "human", rating: 3 },
        { post: "q", reply: "two", writer: "bot", rating: 1 },
      ],
    ];
    for (const rows of shapes) {
      const file = fileOf("a.jsonl", jsonl(rows));
      const { guess } = await peek([file]);
      expect(guess).toMatchObject({ format: null });
      const { counts, dataset } = await importFiles([file], { mapping: guess!.mapping! });
      expect(dataset.problems).toEqual([]);
      expect(counts.groups).toBe(1);
      expect(counts.pairs).toBe(1);
    }
  });

  it("says why there is nothing to see", async () => {
    expect(await peek([fileOf("a.jsonl", "")])).toMatchObject({
      guess: null,
      problem: { file: "a.jsonl", what: expect.stringContaining("empty") },
    });
    const { guess } = await peek([fileOf("a.jsonl", jsonl([{ x: 1, y: 2 }]))]);
    expect(guess).toMatchObject({ format: null, mapping: null });
  });
});

describeShared("a first look at real files", () => {
  it("needs only the beginning of each", async () => {
    const wanted: [string, string][] = [
      ["qa_feedback/dev_feedback.json", "qa-feedback"],
      ["hh_rlhf/harmless-base_test.jsonl.gz", "hh-rlhf"],
      ["hanna/hanna_llm_stories.csv", "hanna"],
      ["wp_a/wp_a.json", "wp-a"],
    ];
    for (const [path, format] of wanted) {
      const { guess } = await peek([fileAt(sharedPath("data", ...path.split("/")))]);
      expect(guess?.format).toBe(format);
    }
  });
});

it("offers no more columns than a person can choose from, texts first", async () => {
  const keys = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]));
  const seen = await peek([
    fileOf("a.json", JSON.stringify({ ...keys, ask: "q", meta: { note: "n", ...keys } })),
  ]);
  expect([seen.columns.length, seen.moreColumns]).toEqual([200, 9803]);
  const names = seen.columns.map(({ name }) => name);
  expect(names.filter((name) => !/^k\d+$/.test(name))).toEqual(["ask", "meta.note"]);
  expect(Object.keys(seen.exampleRows[0]!)).toHaveLength(100);
});

describe("lists of objects", () => {
  const rows = [
    {
      ask: "q1",
      answers: [
        { body: "first, and long", pm_score: 3, author: "Ann" },
        { body: "second", pm_score: 1, author: "Bo" },
      ],
    },
    {
      ask: "q2",
      answers: [
        { body: null, pm_score: 9 },
        { body: "c", pm_score: 0 },
        { body: "d", pm_score: 1 },
      ],
    },
  ];

  it("are guessed by what their objects hold, and read", async () => {
    const { guess, columns } = await peek([fileOf("a.jsonl", jsonl(rows))]);
    expect(columns.map(({ name, kind }) => `${name} ${kind}`)).toContain("answers[].body list");
    const mapping = {
      prompt: "ask",
      responses: ["answers[].body"],
      scores: ["answers[].pm_score"],
      sourceColumns: ["answers[].author"],
    };
    expect(guess!.mapping).toEqual(mapping);
    const { dataset } = await importFiles([fileOf("a.jsonl", jsonl(rows))], { mapping });
    expect(dataset.problems).toEqual([]);
    expect(dataset.sources).toEqual(["Ann", "Bo"]);
    expect(dataset.groups.map(({ responses }) => responses.map(({ text, score }) => [text, score]))).toEqual([
      [
        ["first, and long", 3],
        ["second", 1],
      ],
      [
        ["c", 0],
        ["d", 1],
      ],
    ]);
  });

  it("take a rank for better the lower it is", async () => {
    const ranked = rows.map(({ ask, answers }) => ({
      ask,
      outs: answers.map(({ body }, i) => ({ text: body ?? "x", rank: i + 1 })),
    }));
    const { guess } = await peek([fileOf("a.jsonl", jsonl(ranked))]);
    expect(guess!.mapping).toMatchObject({ scores: ["outs[].rank"], lowerIsBetter: true });
  });
});
