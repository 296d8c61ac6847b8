import { brotliCompressSync, gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.ts";
import { importFiles } from "../../src/data/import.ts";
import { fileOf, gzipped, pairRow } from "./helpers.ts";
import { zstdStored } from "./zstd.ts";

type Codec = NonNullable<Parameters<typeof parquetWriteBuffer>[0]["codec"]>;

const rows = Array.from({ length: 50 }, (_, i) => pairRow(i));

function parquet(codec: Codec, of: readonly Record<string, unknown>[] = rows, rowGroupSize = 20): Uint8Array {
  const columnData = Object.keys(of[0]!).map((name) => ({
    name,
    data: of.map((row) => row[name]) as string[],
  }));
  const compressors = {
    GZIP: (input: Uint8Array) => gzipSync(input),
    BROTLI: (input: Uint8Array) => brotliCompressSync(input),
    ZSTD: zstdStored,
  };
  return new Uint8Array(parquetWriteBuffer({ columnData, codec, compressors, rowGroupSize }));
}

describe("Parquet", () => {
  for (const codec of ["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD"] as const) {
    it(`reads ${codec}, several row groups`, async () => {
      const { dataset, files } = await importFiles([fileOf("a.parquet", parquet(codec))]);
      expect(dataset.problems).toEqual([]);
      expect(files[0]).toMatchObject({ container: "parquet", format: "trl", rowsRead: 50 });
      expect(dataset.groups.map((group) => [group.prompt, ...group.responses.map((r) => r.text)])).toEqual(
        rows.map((row) => [row.prompt, row.chosen, row.rejected]),
      );
    });
  }

  it("reads gzipped files and files without random access", async () => {
    const bytes = parquet("SNAPPY");
    const { slice: _, ...streamed } = fileOf("a.parquet", bytes, 100);
    for (const file of [gzipped("a.parquet", bytes), streamed]) {
      const { dataset, counts } = await importFiles([file]);
      expect(dataset.problems).toEqual([]);
      expect(counts.rowsKept).toBe(50);
    }
  });

  it("reads lists, numbers and 64-bit labels", async () => {
    const lists = parquet("SNAPPY", [
      { query: "q", responses: ["a", "b"], scores: [1, 2.5] },
      { query: "r", responses: ["c", "d"], scores: [2, 1.5] },
    ]);
    const listed = await importFiles([fileOf("a.parquet", lists)]);
    expect(listed.dataset.problems).toEqual([]);
    expect(listed.dataset.groups[1]!.responses.map((r) => [r.text, r.score])).toEqual([
      ["c", 2],
      ["d", 1.5],
    ]);
    const votes = parquet("SNAPPY", [
      { history: "h", human_ref_A: "a", human_ref_B: "b", labels: 0n, score_A: 3n, score_B: 9n },
    ]);
    const voted = await importFiles([fileOf("a.parquet", votes)]);
    expect(voted.dataset.groups[0]!.responses.map((r) => [r.text, r.score])).toEqual([
      ["b", 9],
      ["a", 3],
    ]);
  });

  it("explains a file that is cut off or damaged, keeps row groups before the damage, and never hangs", async () => {
    const bytes = parquet("SNAPPY");
    const cut = await importFiles([fileOf("a.parquet", bytes.subarray(0, bytes.length - 40))]);
    expect(cut.dataset.problems[0]!.what).toMatch(/Parquet/);
    const random = stream(7, "test/parquet");
    for (let round = 0; round < 150; round++) {
      const damaged = bytes.slice();
      for (let k = 0; k < 1 + random.below(6); k++)
        damaged[4 + random.below(bytes.length - 4)] = random.below(256);
      const { counts, dataset } = await importFiles([fileOf("a.parquet", damaged)]);
      expect(counts.rowsKept + counts.rowsLeftOut).toBe(counts.rowsRead);
      expect(dataset.groups.length + dataset.problems.length).toBeGreaterThan(0);
    }
  });
});
