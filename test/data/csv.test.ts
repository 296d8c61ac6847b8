import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { cellsOf } from "../../src/data/container/csv.ts";
import { csvSplitter } from "../../src/data/container/csv-splitter.ts";
import { guessDelimiter } from "../../src/data/container/delimiter.ts";
import { importFiles } from "../../src/data/import.ts";
import { fileOf, gzipped, pairRow } from "./helpers.ts";

const rows = [
  pairRow(1),
  { prompt: 'Say "hi",\nplease', chosen: " ok;\r\nfine", rejected: ' "no"' },
  pairRow(3),
];
const table = (config: Papa.UnparseConfig = {}) => Papa.unparse(rows, config);

/** All records of a text, cut into chunks of `chunk` bytes. */
function recordsOf(text: string, chunk: number, limit = 1 << 20) {
  const bytes = new TextEncoder().encode(text);
  const splitter = csvSplitter(0x2c, limit);
  const slices = [];
  for (let at = 0; at < bytes.length; at += chunk)
    slices.push(...splitter.push(bytes.subarray(at, at + chunk)));
  slices.push(...splitter.end());
  return slices.map(({ bytes: cut, line, broken }) => ({
    text: cut === null ? null : new TextDecoder().decode(cut),
    line,
    broken,
  }));
}

describe("tables", () => {
  const cases: [string, ReturnType<typeof fileOf>][] = [
    ["commas", fileOf("a.csv", table())],
    ["commas, one byte at a time", fileOf("a.csv", table(), 1)],
    ["semicolons", fileOf("a.csv", table({ delimiter: ";" }), 3)],
    ["tabs", fileOf("a.tsv", table({ delimiter: "\t" }))],
    ["tabs without the ending", fileOf("a.txt", table({ delimiter: "\t" }))],
    ["line feeds alone", fileOf("a.csv", `${table({ newline: "\n" })}\n`)],
    ["everything quoted", fileOf("a.csv", table({ quotes: true }), 2)],
    ["a byte order mark", fileOf("a.csv", `\uFEFF${table()}`)],
    [
      "UTF-16, as Excel saves it",
      fileOf("a.tsv", Buffer.from(`\uFEFF${table({ delimiter: "\t" })}`, "utf16le")),
    ],
    ["gzip", gzipped("a.csv", table(), 7)],
  ];
  for (const [name, file] of cases) {
    it(`reads ${name}`, async () => {
      const { dataset } = await importFiles([file]);
      expect(dataset.problems).toEqual([]);
      expect(dataset.groups.map((group) => [group.prompt, ...group.responses.map((r) => r.text)])).toEqual(
        rows.map((row) => [row.prompt, row.chosen, row.rejected]),
      );
    });
  }

  it("gives the line of each record, line ends inside cells counted", async () => {
    const { dataset } = await importFiles([fileOf("a.csv", table())]);
    expect(dataset.groups.map((group) => group.line)).toEqual([2, 3, 6]);
  });

  it("reads lists and turns in cells", async () => {
    const listed = { query: "q", responses: JSON.stringify(["a", "b"]), scores: "[1, 2.5]" };
    const spoken = {
      prompt: "q",
      chosen: JSON.stringify([{ role: "assistant", content: "a" }]),
      rejected: "b",
    };
    const lists = await importFiles([fileOf("a.csv", Papa.unparse([listed]))]);
    expect(lists.dataset.groups[0]!.responses.map((r) => [r.text, r.score])).toEqual([
      ["a", 1],
      ["b", 2.5],
    ]);
    const turns = await importFiles([fileOf("a.csv", Papa.unparse([spoken]))]);
    expect(turns.dataset.groups[0]!.responses.map((r) => r.text)).toEqual(["a", "b"]);
    // A response that happens to be JSON stays text.
    const code = await importFiles([
      fileOf("a.csv", Papa.unparse([{ prompt: "q", chosen: "[1, 2]", rejected: "{}" }])),
    ]);
    expect(code.dataset.groups[0]!.responses.map((r) => r.text)).toEqual(["[1, 2]", "{}"]);
  });

  it("keeps the rows around a stray quote, names its line", async () => {
    const text = `prompt,chosen,rejected\nq1,yes,no\nq2,"yes,no\nq3,"yes, indeed",no\nq4,yes,no\n`;
    const { dataset, counts } = await importFiles([fileOf("a.csv", text, 5)]);
    expect(dataset.groups.map((group) => group.prompt)).toEqual(["q1", "q3", "q4"]);
    expect(counts).toMatchObject({ rowsRead: 4, rowsLeftOut: 1 });
    expect(dataset.problems[0]).toMatchObject({ line: 3, what: expect.stringContaining("quote") });
  });

  it("keeps the rows after a quote that is never closed", async () => {
    const text = `prompt,chosen,rejected\nq1,"yes,no\nq2,yes,no\nq3,yes,no`;
    const { dataset } = await importFiles([fileOf("a.csv", text)]);
    expect(dataset.groups.map((group) => group.prompt)).toEqual(["q2", "q3"]);
    expect(dataset.problems.map(({ line }) => line)).toEqual([2]);
  });

  it("names rows with too many or too few cells", async () => {
    const text = "prompt,chosen,rejected\nq1,yes,no,more\nq2,yes\nq3,yes,no\n\n";
    const { dataset, counts } = await importFiles([fileOf("a.csv", text)]);
    expect(dataset.groups.map((group) => group.prompt)).toEqual(["q3"]);
    expect(counts.rowsRead).toBe(3);
    expect(dataset.problems.map(({ line, field }) => [line, field])).toEqual([
      [2, undefined],
      [3, "rejected"],
    ]);
  });

  it("passes over a record that is too long, and goes on", () => {
    const long = "x".repeat(5000);
    for (const chunk of [1, 64, 1 << 16]) {
      const got = recordsOf(`a,b\n${long},1\nc,d\n"${long}\n${long}",2\ne,f\n`, chunk, 1000);
      expect(got.filter(({ broken }) => !broken).map(({ text }) => text)).toEqual(["a,b", "c,d", "e,f"]);
      expect(got.find(({ line }) => line === 2)).toMatchObject({ text: null, broken: true });
    }
  });
});

describe("properties", () => {
  const cell = fc.string({
    unit: fc.constantFrom("a", "é", '"', ",", "\n", "\r\n", " ", ";", "𝄞"),
    maxLength: 8,
  });

  it("reads back what a writer writes, whatever the cells and the chunks", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom("\n", "\r\n"),
        (records, chunk, newline) => {
          const text = Papa.unparse(records, { newline, quotes: true });
          expect(recordsOf(text, chunk).map((record) => cellsOf(record.text!, ","))).toEqual(records);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("agrees with Papa Parse on well-formed text, quoted only where needed", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 6 }),
        (records) => {
          const text = Papa.unparse(records, { newline: "\n" });
          const wanted = Papa.parse<string[]>(text, { delimiter: ",", newline: "\n" }).data;
          const got = recordsOf(text, 5).map((record) => cellsOf(record.text!, ","));
          expect(got).toEqual(wanted.filter((record) => record.length > 1 || record[0] !== ""));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("never loses a line of bad text, never throws, and does not depend on chunks", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", '"', ",", "\n"), maxLength: 60 }), (text) => {
        const whole = recordsOf(text, 1000);
        expect(recordsOf(text, 1)).toEqual(whole);
        expect(recordsOf(text, 7)).toEqual(whole);
        const joined = whole.map((record) => record.text).join("\n");
        const filled = (of: string) => of.split("\n").filter((line) => line !== "");
        expect(filled(joined)).toEqual(filled(text));
      }),
      { numRuns: 500 },
    );
  });

  it("guesses delimiters outside quotes", () => {
    expect(guessDelimiter('a;"b,c,d";e\n')).toBe(";");
    expect(guessDelimiter("a|b|c,d\n")).toBe("|");
    expect(guessDelimiter("a\n")).toBe(",");
  });
});
