import fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import type { Findings } from "../../src/data/export.ts";
import { exportDataset } from "../../src/data/export-dataset.ts";
import { parquetBytes } from "../../src/data/export-parquet.ts";
import { importFiles } from "../../src/data/import.ts";
import { kindOfValue, widen } from "../../src/data/parquet-kind.ts";
import { fileOf, jsonl } from "./helpers.ts";

async function joined(pieces: AsyncIterable<string | Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  const parts: BlobPart[] = [];
  for await (const piece of pieces) parts.push(piece);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

const readBack = (bytes: Uint8Array) =>
  parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
  });

const rows = [
  { id: 7, prompt: "q1", chosen: "a", rejected: "b", weight: 2, meta: { tags: ["x", "y"], score: 1 } },
  { id: 12345678901, prompt: "q2", chosen: "only", meta: { tags: [], score: 0.5 } },
  { id: 9, prompt: "q3", chosen: "c", rejected: "d", meta: null, mixed: [1, "two"] },
];

describe("Parquet export", () => {
  it("keeps rows, order and original columns, nested ones too, beside what was found", async () => {
    const file = fileOf("a.jsonl", jsonl(rows));
    const { dataset } = await importFiles([file]);
    const findings: Findings = {
      groups: new Map([
        [
          dataset.groups[1]!.id,
          {
            responses: [
              { logRatio: 0.5, h: 1.5, probability: 0.75 },
              { logRatio: -1, h: 0.25, probability: 0.125 },
            ],
            weight: 3,
            fold: 2,
            split: "train",
          },
        ],
      ]),
    };
    const back = await readBack(
      await joined(exportDataset({ dataset, findings, format: "parquet", files: [file] })),
    );
    expect(
      back.map(({ id, prompt, chosen, rejected }) => [Number(id), prompt, chosen, rejected ?? null]),
    ).toEqual(rows.map(({ id, prompt, chosen, rejected }) => [id, prompt, chosen, rejected ?? null]));
    expect(back[0]).toMatchObject({ weight: 2, tilt_weight: null, meta: { tags: ["x", "y"], score: 1 } });
    expect(back[1]).toMatchObject({ meta: { tags: [], score: 0.5 } });
    expect([back[1]!.log_ratio ?? null, back[1]!.source ?? null]).toEqual([null, null]);
    expect(back[2]).toMatchObject({
      mixed: [1, "two"],
      log_ratio: [0.5, -1],
      h: [1.5, 0.25],
      probability: [0.75, 0.125],
      tilt_weight: 3,
      fold: 2,
      split: "train",
      source: [null, null],
    });
  });

  it("keeps ids of 64 bits, and a column of texts what it is beside a row that was left out", async () => {
    const content = [
      '{"id": 1234567890123456789, "prompt": "q1", "chosen": "a", "rejected": "b", "note": 1}',
      '{"id": 3, "prompt": "q2", "chosen": 5, "rejected": "b", "note": "two"}',
      '{"id": 4, "prompt": "q3", "chosen": "c", "rejected": {"deep": true}}',
    ].join("\n");
    const file = fileOf("a.jsonl", content);
    const { dataset } = await importFiles([file]);
    expect(dataset.groups).toHaveLength(1);
    const findings = { groups: new Map() };
    const bytes = await joined(exportDataset({ dataset, findings, format: "parquet", files: [file] }));
    const back = await readBack(bytes);
    expect(back.map(({ id }) => id)).toEqual([1234567890123456789n, 3n, 4n]);
    expect(back.map(({ chosen }) => chosen)).toEqual(["a", "5", "c"]);
    expect(back.map(({ rejected }) => rejected)).toEqual(["b", "b", '{"deep":true}']);
    expect(back.map(({ note }) => note ?? null)).toEqual([1, "two", null]);
    const csv = await joined(
      exportDataset({ dataset, findings, format: "csv", files: [fileOf("b.parquet", bytes)] }),
    );
    expect(new TextDecoder().decode(csv)).toContain("\r\n3,");
    expect(new TextDecoder().decode(csv)).toContain("\r\n1234567890123456789,");
  });

  it("writes a dataset without its file so that Tilt reads it back", async () => {
    const { dataset } = await importFiles([fileOf("a.jsonl", jsonl(rows))]);
    const bytes = await joined(
      exportDataset({ dataset, findings: { groups: new Map() }, format: "parquet", files: [] }),
    );
    const again = await importFiles([fileOf("b.parquet", bytes)]);
    expect(again.dataset.problems).toEqual([]);
    const texts = (of: typeof dataset) => of.groups.map((g) => [g.prompt, ...g.responses.map((r) => r.text)]);
    expect(texts(again.dataset)).toEqual(texts(dataset));
  });

  it("writes many row groups", async () => {
    const many = Array.from({ length: 12_001 }, (_, i) => ({ i, text: `row ${i}` }));
    const back = await readBack(await joined(parquetBytes(() => many, ["i", "text"])));
    expect(back).toEqual(many);
  });

  it("gives back any JSON", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 8 });
    const leaf = fc.oneof(
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
    );
    const value = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.record({ a: leaf, b: fc.array(text) }));
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 5 }), async (values) => {
        const column = values.map((v) => ({ v }));
        const back = await readBack(await joined(parquetBytes(() => column, ["v"])));
        const plain = (of: unknown) =>
          JSON.stringify(of, (_, item: unknown) => (typeof item === "bigint" ? Number(item) : item));
        expect(plain(back.map((row) => row.v))).toBe(plain(values));
      }),
      { numRuns: 60 },
    );
  });

  it("widens kinds", () => {
    const all = (...values: unknown[]) => values.map((v) => kindOfValue(v)).reduce(widen, "null");
    expect(all(1, 2)).toBe("int32");
    expect(all(1, null, 2 ** 40)).toBe("int64");
    expect(all(1, 0.5, 3n)).toBe("double");
    expect(all("a", 1)).toBe("json");
    expect(all([1], [], ["a"])).toEqual({ list: "json" });
    expect(all({ a: 1 }, { b: "x" })).toEqual({
      fields: new Map([
        ["a", "int32"],
        ["b", "text"],
      ]),
    });
  });
});
