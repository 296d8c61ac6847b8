import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { TiltError } from "../../src/base/errors.ts";
import { importFiles } from "../../src/data/import.ts";
import { fileOf, gzipped, jsonl, pairRow } from "./helpers.ts";

const rows = [pairRow(1), pairRow(2), pairRow(3)];

describe("containers", () => {
  const text = jsonl(rows);
  const cases: [string, ReturnType<typeof fileOf>][] = [
    ["JSON Lines", fileOf("a.jsonl", text)],
    ["JSON Lines, one byte at a time", fileOf("a.jsonl", text, 1)],
    ["CRLF", fileOf("a.jsonl", text.replaceAll("\n", "\r\n"), 7)],
    ["no last line end", fileOf("a.jsonl", text.trimEnd(), 5)],
    ["a byte order mark", fileOf("a.jsonl", `\uFEFF${text}`, 2)],
    ["blank lines", fileOf("a.jsonl", text.replaceAll("\n", "\n\n \n"))],
    ["a JSON list", fileOf("a.json", JSON.stringify(rows), 3)],
    ["an indented JSON list", fileOf("a.json", JSON.stringify(rows, null, 2), 11)],
    ["an object with a list", fileOf("a.json", JSON.stringify({ version: 1, data: rows }, null, 1))],
    ["rows by key", fileOf("a.json", JSON.stringify(Object.fromEntries(rows.map((row, i) => [i, row]))))],
    [
      "columns as lists",
      fileOf(
        "a.json",
        JSON.stringify({
          prompt: rows.map((row) => row.prompt),
          chosen: rows.map((row) => row.chosen),
          rejected: rows.map((row) => row.rejected),
        }),
      ),
    ],
    ["gzip", gzipped("a.jsonl", text, 9)],
    ["a gzipped list without the ending", fileOf("a.json", gzipSync(JSON.stringify(rows)))],
    ["lines with a table's ending", fileOf("a.csv", text)],
    ["a list with a table's ending", fileOf("a.tsv", JSON.stringify(rows))],
    [
      "a table with the ending of JSON",
      fileOf(
        "a.json",
        [
          "prompt;chosen;rejected",
          ...rows.map((row) =>
            Object.values(row)
              .map((cell) => `"${cell.replaceAll('"', '""')}"`)
              .join(";"),
          ),
        ].join("\n"),
      ),
    ],
    ["UTF-16 without a mark", fileOf("a.jsonl", Buffer.from(text, "utf16le"), 3)],
    ["UTF-16", fileOf("a.jsonl", Buffer.from(`\uFEFF${text}`, "utf16le"), 3)],
  ];
  for (const [name, file] of cases) {
    it(`reads ${name}`, async () => {
      const { dataset, counts } = await importFiles([file]);
      expect(dataset.problems).toEqual([]);
      expect(dataset.format).toBe("trl");
      expect(dataset.groups.map((group) => [group.prompt, ...group.responses.map((r) => r.text)])).toEqual(
        rows.map((row) => [row.prompt, row.chosen, row.rejected]),
      );
      expect(dataset.groups.map((group) => group.row)).toEqual([1, 2, 3]);
      expect(counts).toMatchObject({ rowsRead: 3, rowsKept: 3, rowsLeftOut: 0, groups: 3, pairs: 3 });
    });
  }

  it("hashes the stored bytes", async () => {
    const file = gzipped("a.jsonl", text);
    const stored = gzipSync(text);
    const { dataset } = await importFiles([file]);
    expect(dataset.hash).toBe(createHash("sha256").update(stored).digest("hex"));
  });

  it("hashes the whole file even when it stops early", async () => {
    const many = jsonl(Array.from({ length: 500 }, (_, i) => pairRow(i)));
    const { dataset, counts } = await importFiles([fileOf("a.jsonl", many, 100)], { maxRows: 40 });
    expect(counts.rowsRead).toBe(40);
    expect(dataset.groups).toHaveLength(40);
    expect(dataset.hash).toBe(createHash("sha256").update(many).digest("hex"));
    const packed = gzipSync(many);
    const again = await importFiles([fileOf("a.jsonl.gz", packed, 50)], { maxRows: 40 });
    expect(again.dataset.groups).toHaveLength(40);
    expect(again.dataset.hash).toBe(createHash("sha256").update(packed).digest("hex"));
  });

  it("gives the lines of a file with blank lines in it", async () => {
    const { dataset } = await importFiles([
      fileOf("a.jsonl", `\n${jsonl([rows[0]])}\n\n${jsonl([rows[1]])}`),
    ]);
    expect(dataset.groups.map((group) => [group.row, group.line])).toEqual([
      [1, 2],
      [2, 5],
    ]);
  });
});

describe("bad input", () => {
  it("names file, line and field, keeps the good rows, counts the rest", async () => {
    const lines = [
      JSON.stringify(rows[0]),
      '{"prompt": "broken", "chosen": " yes", ',
      JSON.stringify({ prompt: "half", chosen: " yes" }),
      JSON.stringify({ prompt: "empty", chosen: " yes", rejected: " " }),
      JSON.stringify({ prompt: "wrong", chosen: " yes", rejected: 7 }),
      "[1, 2]",
      JSON.stringify(rows[1]),
    ];
    const { dataset, counts } = await importFiles([fileOf("march.jsonl", lines.join("\n"))]);
    expect(dataset.groups.map((group) => group.line)).toEqual([1, 7]);
    expect(counts).toMatchObject({ rowsRead: 7, rowsKept: 2, rowsLeftOut: 5 });
    expect(
      dataset.problems.map(({ file, line, row, field, effect }) => [file, line, row, field, effect]),
    ).toEqual([
      ["march.jsonl", 2, 2, undefined, "left-out"],
      ["march.jsonl", 3, 3, "rejected", "left-out"],
      ["march.jsonl", 4, 4, "rejected", "left-out"],
      ["march.jsonl", 5, 5, "rejected", "left-out"],
      ["march.jsonl", 6, 6, undefined, "left-out"],
    ]);
    for (const problem of dataset.problems) {
      expect(problem.what).toMatch(/\.$/);
      expect(problem.excerpt).toBeTruthy();
    }
  });

  it("survives a broken first line", async () => {
    const { dataset, counts } = await importFiles([fileOf("a.jsonl", `oops\n${jsonl(rows)}`)]);
    expect(counts).toMatchObject({ rowsRead: 4, rowsKept: 3, rowsLeftOut: 1 });
    expect(dataset.problems[0]).toMatchObject({ line: 1 });
    const object = await importFiles([fileOf("a.jsonl", `{"prompt": \n${jsonl(rows)}`)]);
    expect(object.counts).toMatchObject({ rowsRead: 4, rowsKept: 3 });
  });

  const empty: [string, ReturnType<typeof fileOf>, RegExp][] = [
    ["an empty file", fileOf("a.jsonl", ""), /empty/],
    ["a 0-byte gzip", fileOf("a.jsonl.gz", ""), /empty/],
    ["a gzip of nothing", gzipped("a.jsonl", ""), /empty/],
    ["white space", fileOf("a.json", " \n\n"), /white space/],
    ["an empty list", fileOf("a.json", "[]"), /no rows/],
    ["a web page", fileOf("a.json", "<html><body>404"), /<html><body>/],
    ["a ZIP archive", fileOf("a.zip", Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0)), /ZIP/],
  ];
  for (const [name, file, what] of empty) {
    it(`explains ${name}`, async () => {
      const { dataset, counts } = await importFiles([file]);
      expect(dataset.groups).toEqual([]);
      expect(counts.rowsRead).toBe(0);
      expect(dataset.problems).toHaveLength(1);
      expect(dataset.problems[0]).toMatchObject({ file: file.name, effect: "left-out" });
      expect(dataset.problems[0]!.what).toMatch(what);
      expect(dataset.problems[0]!.remedy).toBeTruthy();
    });
  }

  it("keeps what a cut-off gzip or list still gives", async () => {
    const many = Array.from({ length: 3000 }, (_, i) => pairRow(i));
    const packed = gzipSync(jsonl(many));
    const cut = await importFiles([fileOf("a.jsonl.gz", packed.subarray(0, packed.length >> 1), 512)]);
    expect(cut.dataset.groups.length).toBeGreaterThan(500);
    expect(cut.dataset.problems.at(-1)!.what).toMatch(/gzip/);
    const list = JSON.stringify(many);
    const half = await importFiles([fileOf("a.json", list.slice(0, list.length >> 1))]);
    expect(half.dataset.groups.length).toBeGreaterThan(1400);
    expect(half.dataset.problems.at(-1)!.what).toMatch(/closed/);
  });

  it("explains an unknown shape and lists the columns", async () => {
    const { dataset, counts } = await importFiles([fileOf("a.jsonl", jsonl([{ foo: 1, bar: "x" }]))]);
    expect(counts).toMatchObject({ rowsRead: 1, rowsLeftOut: 1 });
    expect(dataset.problems[0]).toMatchObject({ file: "a.jsonl", line: 1, row: 1, field: "foo" });
    expect(dataset.problems[0]!.what).toContain("`bar`");
  });

  it("says when the target that was asked for wrote nothing", async () => {
    const named = { ...pairRow(1), chosen_source: "human", rejected_source: "m" };
    const { dataset, notes } = await importFiles([fileOf("a.jsonl", jsonl([named]))], { target: "expert" });
    expect(dataset.target).toBe(-1);
    expect(notes.join()).toMatch(/“expert”.*human, m/);
  });

  it("counts beyond the list's limit", async () => {
    const bad = "x\n".repeat(30);
    const { dataset, counts } = await importFiles([fileOf("a.jsonl", jsonl(rows) + bad)], {
      limits: { problems: 10 },
    });
    expect(dataset.problems).toHaveLength(10);
    expect(dataset.problemsOmitted).toBe(20);
    expect(counts).toMatchObject({ rowsRead: 33, rowsKept: 3, rowsLeftOut: 30 });
  });
});

describe("progress and cancel", () => {
  const many = jsonl(Array.from({ length: 20000 }, (_, i) => pairRow(i)));

  it("reports bytes and rows up to the whole", async () => {
    const seen: number[] = [];
    let last = { bytes: 0, rowsRead: 0 };
    await importFiles([fileOf("a.jsonl", many, 4096)], {
      onProgress: (progress) => {
        seen.push(progress.bytes);
        last = progress;
      },
    });
    expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
    expect(last).toMatchObject({ bytes: many.length, rowsRead: 20000 });
  });

  it("stops when cancelled, with the signal's reason", async () => {
    const cancel = new AbortController();
    let rowsRead = 0;
    const running = importFiles([fileOf("a.jsonl", many, 256)], {
      signal: cancel.signal,
      onProgress: (progress) => {
        rowsRead = progress.rowsRead;
        cancel.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    expect(rowsRead).toBeLessThan(20000);
    await expect(importFiles([gzipped("a", many)], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  it("hands on any reason, also from inside an archive", async () => {
    const reason = new TiltError("The import was cancelled.");
    for (const file of [gzipped("a.jsonl", many, 100), fileOf("a.jsonl", many, 100)]) {
      const cancel = new AbortController();
      const running = importFiles([file], { signal: cancel.signal, onProgress: () => cancel.abort(reason) });
      await expect(running).rejects.toBe(reason);
    }
  });
});
