/** Who the target is, where the file does not say: by a field, by a rule, or by a second file of its responses. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Dataset, type Group, pairsOf } from "../../src/data/dataset.ts";
import { exportDataset } from "../../src/data/export-dataset.ts";
import { importFiles } from "../../src/data/import.ts";
import { look } from "../../src/data/look.ts";
import { matcher } from "../../src/data/pattern.ts";
import { fileOf, jsonl, pairRow } from "./helpers.ts";

const names = ({ sources }: Dataset, group: Group) =>
  group.responses.map(({ source }) => sources[source] ?? null);
const pairs = fileOf("pairs.jsonl", jsonl([0, 1, 2].map(pairRow)));

describe("a rule", () => {
  it("finds the target's responses by a text in them, or without it", async () => {
    const { dataset } = await importFiles([pairs], { sourceRule: { kind: "text", pattern: "YES" } });
    expect(dataset).toMatchObject({ sources: ["human", "synthetic"], target: 0 });
    expect(dataset.groups.map((group) => names(dataset, group))).toEqual(
      Array(3).fill(["human", "synthetic"]),
    );
    const others = await importFiles([pairs], {
      sourceRule: {
        kind: "text",
        pattern: "\\byes\\b",
        regex: true,
        not: true,
        target: "people",
        other: "bot",
      },
    });
    expect(others.dataset.groups.map((group) => names(others.dataset, group))).toEqual(
      Array(3).fill(["bot", "people"]),
    );
  });

  it("finds them by a score; a response without one is nobody's", async () => {
    const file = fileOf("a.jsonl", jsonl([{ query: "q", responses: ["a", "b", "c"], scores: [1, 3, null] }]));
    const { dataset } = await importFiles([file], { sourceRule: { kind: "score", atLeast: 2 } });
    expect(names(dataset, dataset.groups[0]!)).toEqual(["synthetic", "human", null]);
  });

  it("makes the target preferred where the file judges nothing, when asked to", async () => {
    const file = fileOf(
      "a.jsonl",
      jsonl([1, 2].map((i) => ({ ask: `q${i}`, one: `I am a bot ${i}`, two: `hm ${i}` }))),
    );
    const mapping = { prompt: "ask", responses: ["one", "two"] };
    const rule = { kind: "text", pattern: "bot", not: true } as const;
    expect((await importFiles([file], { mapping, sourceRule: rule })).counts.pairs).toBe(0);
    const told = await importFiles([file], { mapping, sourceRule: rule, targetPreferred: true });
    expect(told.dataset.groups.map(pairsOf)).toEqual([[[1, 0]], [[1, 0]]]);
  });

  it("keeps to a target named beside positions", async () => {
    const rule = { kind: "by-position", names: ["model a", "model b"] } as const;
    const { dataset } = await importFiles([pairs], { sourceRule: rule, target: "model b" });
    expect(dataset.sources[dataset.target]).toBe("model b");
  });
});

describe("an expression", () => {
  it("that is wrong or could run for ever is refused in words", () => {
    for (const [pattern, why] of [
      ["(a+)+$", "repeats a group"],
      ["(a|a)*b", "repeats a group"],
      ["(a?){30}a", "repeats a group"],
      ["(x)\\1", "refers back"],
      ["a*a*a*a*b", "open-ended"],
      [`${"a?".repeat(30)}b`, "optional"],
      ["(", "not a regular expression"],
      ["a".repeat(300), "longer than"],
      ["", "no text to look for"],
    ] as const)
      expect(() => matcher(pattern, true), pattern).toThrow(why);
    expect(matcher("^as an (ai|assistant)\\b", true)("As an AI, I …")).toBe(true);
    expect(matcher("[+*]{2} (ok)", true)("++ ok")).toBe(true);
  });

  it("that is let through answers in time, whatever the text", () => {
    const part = fc.constantFrom(
      "a",
      "b",
      "a*",
      "b+",
      "a?",
      "(a)",
      "(ab)+",
      "(a|b)",
      "(a|b)*",
      "(a+)",
      "(a+)+",
      "{2}",
      "\\1",
      "[ab]*",
      ".*",
      "|",
      "$",
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
        let match: ((text: string) => boolean) | undefined;
        try {
          match = matcher(parts.join(""), true);
        } catch {
          return;
        }
        // A pattern that backtracks would not come back from this.
        match(`${"ab".repeat(100)}${"a".repeat(200)}c`);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a second file with the target's responses", () => {
  const human = fileOf(
    "human.jsonl",
    jsonl([
      { prompt: "Question 0?", completion: " a person's answer" },
      { prompt: " Question 1? ", completion: " yes 1" },
      { prompt: "Something else?", completion: " lost" },
    ]),
  );

  it("joins on the prompt; what both files hold is the target's; the rest is named", async () => {
    const { dataset, counts, notes } = await importFiles([pairs, human], { targetFile: { index: 1 } });
    expect(counts).toMatchObject({ rowsRead: 6, rowsKept: 5, rowsLeftOut: 1, groups: 3, responses: 7 });
    expect(dataset.problems).toMatchObject([
      {
        file: "human.jsonl",
        line: 3,
        what: "No row of the other file has this prompt.",
        excerpt: "Something else?",
      },
    ]);
    expect(dataset.sources[dataset.target]).toBe("human");
    expect(dataset.groups.map((group) => names(dataset, group))).toEqual([
      ["synthetic", "synthetic", "human"],
      ["human", "synthetic"],
      ["synthetic", "synthetic"],
    ]);
    // What the file says of the others stays; the target's response wins over both.
    expect(pairsOf(dataset.groups[0]!)).toEqual([
      [0, 1],
      [2, 0],
      [2, 1],
    ]);
    expect(pairsOf(dataset.groups[1]!)).toEqual([[0, 1]]);
    expect(notes.join(" ")).toMatch(/human\.jsonl.*preferred/);
    const plain = await importFiles([pairs, human], { targetFile: { index: 1 }, targetPreferred: false });
    expect(pairsOf(plain.dataset.groups[0]!)).toEqual([[0, 1]]);
    expect(plain.notes.join(" ")).not.toMatch(/preferred/);
  });

  it("makes pairs of two files with one response per prompt each", async () => {
    const model = fileOf(
      "model.jsonl",
      jsonl([
        { prompt: "Question 0?", completion: " beep" },
        { prompt: "Alone?", completion: " boop" },
      ]),
    );
    const { dataset, counts } = await importFiles([model, human], { targetFile: { index: 1 } });
    expect(counts).toMatchObject({ groups: 1, pairs: 1, rowsRead: 5, rowsKept: 2, rowsLeftOut: 3 });
    expect(names(dataset, dataset.groups[0]!)).toEqual(["synthetic", "human"]);
  });

  it("meets the same question in turns, and in columns of any name", async () => {
    const hh = fileOf(
      "hh.jsonl",
      jsonl([{ chosen: "\n\nHuman: Why?\n\nAssistant: So.", rejected: "\n\nHuman: Why?\n\nAssistant: No." }]),
    );
    const odd = fileOf("odd.csv", "frage,antwort\nWhy?,Because it rained all day and the river rose.\n");
    const { dataset } = await importFiles([hh, odd], {
      targetFile: { index: 1, prompt: "frage", response: "antwort", target: "people" },
    });
    expect(dataset.sources[dataset.target]).toBe("people");
    expect(dataset.groups[0]!.responses.at(-1)!.text).toBe(" Because it rained all day and the river rose.");
  });

  it("is shown in a look, without complaints about rows beyond it", async () => {
    const { preview } = await look([pairs, human], { targetFile: { index: 1 } });
    expect(preview).toMatchObject({ target: "human", problems: [] });
    expect(preview.rows[0]!.responses.map(({ source }) => source)).toEqual([
      "synthetic",
      "synthetic",
      "human",
    ]);
  });

  it("comes back in an export, every row with its source", async () => {
    const options = { targetFile: { index: 1 } };
    const { dataset } = await importFiles([pairs, human], options);
    let text = "";
    for await (const piece of exportDataset({
      dataset,
      findings: { groups: new Map() },
      format: "jsonl",
      files: [pairs, human],
      options,
    }))
      text += piece;
    const rows = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows.map(({ source }) => source)).toEqual([
      ["synthetic", "synthetic"],
      ["human", "synthetic"],
      ["synthetic", "synthetic"],
      ["human"],
      ["human"],
      null,
    ]);
  });
});
