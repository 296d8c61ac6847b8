/** Damaged files of every format and container: never thrown, never stuck, never an inconsistent dataset. */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import Papa from "papaparse";
import { describe, expect, it, vi } from "vitest";
import { pairsOf } from "../../src/data/dataset.ts";
import { type ImportResult, importFiles } from "../../src/data/import.ts";
import { peek } from "../../src/data/peek.ts";
import { countCase } from "../setup/fast-check.ts";
import { fileOf, jsonl, printed } from "./helpers.ts";
import { joinedRows, sampleRows } from "./samples.ts";

vi.setConfig({ testTimeout: process.env.TILT_FUZZ_SEED ? 600_000 : 30_000 });

const formats = [...Object.keys(sampleRows), ...Object.keys(joinedRows)];
const rowsOf = (format: string) =>
  Array.from({ length: 6 }, (_, i) => joinedRows[format]?.(i) ?? sampleRows[format]!);

/** Files of one format in every container that can hold it. */
const containers: Readonly<Record<string, (format: string) => { name: string; bytes: Uint8Array }>> = {
  jsonl: (format) => ({ name: "a.jsonl", bytes: Buffer.from(jsonl(rowsOf(format))) }),
  python: (format) => ({ name: "a.jsonl", bytes: Buffer.from(rowsOf(format).map(printed).join("\n")) }),
  json: (format) => ({ name: "a.json", bytes: Buffer.from(JSON.stringify(rowsOf(format), null, 1)) }),
  document: (format) => ({ name: "a.json", bytes: Buffer.from(JSON.stringify({ ...rowsOf(format) })) }),
  csv: (format) => {
    const cells = rowsOf(format).map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [
          key,
          typeof value === "object" ? JSON.stringify(value) : value,
        ]),
      ),
    );
    return { name: "a.csv", bytes: Buffer.from(Papa.unparse(cells)) };
  },
  parquet: (format) => {
    const rows = rowsOf(format);
    const columnData = Object.keys(rows[0]!).map((name) => ({
      name: name || "index",
      data: rows.map((row) => row[name]) as string[],
    }));
    return { name: "a.parquet", bytes: new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 4 })) };
  },
};

type Damage = { readonly at: number; readonly kind: string; readonly with: Uint8Array };

const tokens = [
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  "\n",
  "\r",
  "null",
  "NaN",
  "1e999",
  "\\ud800",
  '"__proto__":',
  "\u0000",
];
const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom("replace", "insert", "remove", "cut", "repeat"),
  with: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 4 }),
    fc.constantFrom(...tokens).map((token) => new Uint8Array(Buffer.from(token))),
  ),
});

function apply(bytes: Uint8Array, { at, kind, with: by }: Damage): Uint8Array {
  const i = Math.floor(at * bytes.length);
  const before = bytes.subarray(0, i);
  if (kind === "cut") return before;
  if (kind === "insert") return Buffer.concat([before, by, bytes.subarray(i)]);
  if (kind === "remove") return Buffer.concat([before, bytes.subarray(i + by.length)]);
  if (kind === "repeat") return Buffer.concat([bytes.subarray(0, i + 8), bytes.subarray(i)]);
  return Buffer.concat([before, by, bytes.subarray(i + by.length)]);
}

/** What must hold of every import, whatever went in. */
function expectSound({ dataset, counts, files }: ImportResult): void {
  expect(counts.rowsKept + counts.rowsLeftOut).toBe(counts.rowsRead);
  expect(counts.rowsKept).toBeGreaterThanOrEqual(0);
  expect(files.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
  if (counts.rowsKept === 0) expect(dataset.problems.length).toBeGreaterThan(0);
  for (const group of dataset.groups) {
    expect(group.responses.length).toBeGreaterThanOrEqual(2);
    for (const [winner, loser] of pairsOf(group)) {
      expect(winner).not.toBe(loser);
      expect(group.responses[winner] && group.responses[loser]).toBeTruthy();
    }
  }
  for (const response of [
    ...dataset.groups.flatMap((g) => g.responses),
    ...dataset.unpaired.map((u) => u.response),
  ]) {
    expect(response.text.trim()).not.toBe("");
    expect(/\p{Surrogate}/u.test(response.text)).toBe(false);
    expect(response.source).toBeLessThan(dataset.sources.length);
    expect(response.score === null || Number.isFinite(response.score)).toBe(true);
  }
  for (const problem of dataset.problems) expect(problem.what.length).toBeGreaterThan(5);
  structuredClone(dataset);
}

describe("undamaged samples", () => {
  for (const [container, make] of Object.entries(containers)) {
    it(`are read from ${container}`, async () => {
      for (const format of formats) {
        // A table of texts that are alike in all columns is the same row again; nothing is lost.
        const { name, bytes } = make(format);
        const result = await importFiles([fileOf(name, bytes)]);
        const problems = result.dataset.problems.filter(({ effect }) => effect === "left-out");
        const left = { format, container, problems };
        expect(left).toEqual({ format, container, problems: [] });
        expect(result.dataset.format).toBe(format);
        expect(result.counts.rowsKept).toBe(6);
        expectSound(result);
      }
    });
  }
});

describe("damaged samples", () => {
  for (const [container, make] of Object.entries(containers)) {
    it(`of ${container} give a sound dataset or a reason`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...formats),
          fc.array(damage, { minLength: 1, maxLength: 4 }),
          fc.integer({ min: 1, max: 300 }),
          fc.boolean(),
          async (format, damages, chunk, packed) => {
            countCase(`${format}, ${container}`);
            const { name, bytes } = make(format);
            const broken = damages.reduce(apply, bytes);
            const file = packed ? fileOf(`${name}.gz`, gzipSync(broken), chunk) : fileOf(name, broken, chunk);
            expectSound(await importFiles([file]));
            await peek([file]);
          },
        ),
      );
    });
  }

  it("of gzip archives", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(damage, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 100 }),
        async (damages, chunk) => {
          // Two members: a browser's decompressor reads one.
          const packed = Buffer.concat([gzipSync(jsonl(rowsOf("trl"))), gzipSync(jsonl(rowsOf("hc3")))]);
          expectSound(await importFiles([fileOf("a.jsonl.gz", damages.reduce(apply, packed), chunk)]));
        },
      ),
    );
  });

  it("of random bytes under any name", async () => {
    const names = ["a.jsonl", "a.json", "a.csv", "a.tsv", "a.parquet", "a.gz", "a", "a.jsonl.gz"];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.uint8Array({ maxLength: 200 }), async (name, bytes) => {
        expectSound(await importFiles([fileOf(name, bytes)]));
      }),
    );
  });
});
