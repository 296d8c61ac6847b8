import { constants, deflateRawSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FileFault } from "../../src/data/container/fault.ts";
import { gunzip } from "../../src/data/container/gunzip.ts";

async function* cut(bytes: Uint8Array, chunk: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
}

/** The content, and why it ended early. */
async function unpack(
  bytes: Uint8Array,
  chunk = 65536,
): Promise<{ content: Buffer; fault: FileFault | null }> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of gunzip(cut(bytes, chunk))) pieces.push(piece);
  } catch (thrown) {
    if (!(thrown instanceof FileFault)) throw thrown;
    return { content: Buffer.concat(pieces), fault: thrown };
  }
  return { content: Buffer.concat(pieces), fault: null };
}

const text = Buffer.from(
  Array.from({ length: 20_000 }, (_, i) => `line ${i} ${(i * 7919) % 1013}\n`).join(""),
);
const noise = Buffer.from(
  Uint32Array.from({ length: 30_000 }, (_, i) => Math.imul(i + 1, 2654435761)).buffer,
);

describe("gunzip", () => {
  it("unpacks what zlib packs, whatever the method and the chunks", async () => {
    const strategies = [
      constants.Z_DEFAULT_STRATEGY,
      constants.Z_FIXED,
      constants.Z_HUFFMAN_ONLY,
      constants.Z_RLE,
    ];
    for (const content of [text, noise, Buffer.alloc(300_000, 65), Buffer.alloc(0), Buffer.from("a")])
      for (const [level, strategy] of [
        ...strategies.map((one) => [6, one] as const),
        [0, 0],
        [1, 0],
        [9, 0],
      ] as const)
        for (const chunk of [13, 65536]) {
          const { content: got, fault } = await unpack(gzipSync(content, { level, strategy }), chunk);
          expect(fault).toBeNull();
          expect(got.equals(content)).toBe(true);
        }
  }, 60_000);

  it("unpacks anything in any number of members, zeros behind them", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 300 }),
            fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 2000 }).map((s) => Buffer.from(s)),
          ),
          { minLength: 1, maxLength: 4 },
        ),
        fc.integer({ min: 1, max: 50 }),
        fc.nat({ max: 20 }),
        async (contents, chunk, zeros) => {
          const packed = Buffer.concat([
            ...contents.map((content) => gzipSync(content)),
            Buffer.alloc(zeros),
          ]);
          const { content, fault } = await unpack(packed, chunk);
          expect(fault).toBeNull();
          expect(content.equals(Buffer.concat(contents))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("reads every part of a header", async () => {
    const body = deflateRawSync(text);
    const tail = gzipSync(text).subarray(-8);
    const parts = 2 | 4 | 8 | 16; // checksum, extra field, name, comment
    const name = Buffer.from([
      0x1f,
      0x8b,
      8,
      parts,
      0,
      0,
      0,
      0,
      0,
      3,
      3,
      0,
      1,
      2,
      3,
      ...Buffer.from("a.txt\0note\0"),
    ]);
    const checksum = gzipSync(name).subarray(-8, -6);
    const { content, fault } = await unpack(Buffer.concat([name, checksum, body, tail]), 5);
    expect(fault).toBeNull();
    expect(content.equals(text)).toBe(true);
  });

  it("hands out everything before a cut, and what precedes anything that is no gzip", async () => {
    const packed = gzipSync(text);
    for (const at of [1, 9, 20, 5000, packed.length - 9, packed.length - 1]) {
      const { content, fault } = await unpack(packed.subarray(0, at), 1000);
      expect(fault?.what).toMatch(/broken or cut off/);
      expect(text.subarray(0, content.length).equals(content)).toBe(true);
      if (at > 1000) expect(content.length / text.length).toBeGreaterThan((at / packed.length) * 0.7);
    }
    const { content, fault } = await unpack(Buffer.concat([packed, Buffer.from("garbage")]));
    expect(fault?.what).toMatch(/not gzip follows/);
    expect(content.equals(text)).toBe(true);
  });

  it("notices a wrong checksum", async () => {
    const packed = gzipSync(text);
    packed[packed.length - 6]! ^= 1;
    expect((await unpack(packed)).fault?.excerpt).toBe("incorrect data check");
  });

  it("never takes damaged content for whole", async () => {
    const packed = gzipSync(text.subarray(0, 4000));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: packed.length - 1 }), fc.nat({ max: 255 })), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.integer({ min: 1, max: 99 }),
        async (changes, chunk) => {
          const damaged = Buffer.from(packed);
          for (const [at, byte] of changes) damaged[at] = byte;
          const { content, fault } = await unpack(damaged, chunk);
          if (fault === null) expect(content.equals(text.subarray(0, 4000))).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });
});
