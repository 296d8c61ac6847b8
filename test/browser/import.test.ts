/** The importer on what a browser gives it: real Files, its own gzip and streams, and codecs loaded on demand. */
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { importFiles } from "../../src/data/import.ts";
import { zstdStored } from "../data/zstd.ts";

const rows = Array.from({ length: 2000 }, (_, i) => ({
  prompt: `Question ${i}? ${"words ".repeat(20)}`,
  chosen: ` yes ${i}`,
  rejected: ` no ${i}`,
}));
const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");

async function gzip(content: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([content]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

describe("importing Files", () => {
  it("reads plain and gzipped JSON Lines and hashes what is stored", async () => {
    const packed = await gzip(text);
    for (const file of [new File([text], "a.jsonl"), new File([packed], "a.jsonl.gz")]) {
      const { dataset, counts } = await importFiles([file]);
      expect(dataset.problems).toEqual([]);
      expect(counts).toMatchObject({ rowsRead: 2000, rowsKept: 2000, groups: 2000 });
      expect(dataset.hash).toBe(await hashOf(new Uint8Array(await file.arrayBuffer())));
    }
  });

  it("explains a cut-off archive and an empty one, and keeps the rows before the cut", async () => {
    const packed = await gzip(text);
    const cut = await importFiles([new File([packed.subarray(0, packed.length - 200)], "a.jsonl.gz")]);
    expect(cut.dataset.problems.at(-1)!.what).toMatch(/gzip/);
    expect(cut.counts.rowsRead).toBeGreaterThan(1900);
    const empty = await importFiles([new File([], "a.jsonl.gz")]);
    expect(empty.dataset.problems[0]!.what).toMatch(/empty/);
  });

  it("reads an archive of several members, which the browser's decompressor does not", async () => {
    const packed = await gzip(text);
    const file = new File([packed, packed, packed], "a.jsonl.gz");
    const { dataset, counts } = await importFiles([file]);
    expect(dataset.problems).toEqual([]);
    expect(counts.rowsKept).toBe(6000);
    expect(dataset.hash).toBe(await hashOf(new Uint8Array(await file.arrayBuffer())));
  });

  it("reads Parquet from slices of the File, codecs loaded on demand", async () => {
    const columnData = (["prompt", "chosen", "rejected"] as const).map((name) => ({
      name,
      data: rows.map((row) => row[name]),
    }));
    for (const codec of ["SNAPPY", "ZSTD"] as const) {
      const bytes = parquetWriteBuffer({
        columnData,
        codec,
        compressors: { ZSTD: zstdStored },
        rowGroupSize: 500,
      });
      const { counts, dataset } = await importFiles([new File([bytes], "a.parquet")]);
      expect(dataset.problems).toEqual([]);
      expect(counts.groups).toBe(2000);
    }
  });

  it("stops when cancelled", async () => {
    const cancel = new AbortController();
    const big = new File(
      Array.from({ length: 40 }, () => text),
      "big.jsonl",
    );
    const running = importFiles([big], { signal: cancel.signal, onProgress: () => cancel.abort() });
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
  });
});
