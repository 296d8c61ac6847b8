import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openSha256, sha256 } from "../../src/base/sha256.ts";

const hexOf = async (bytes: Uint8Array): Promise<string> => {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Buffer.from(digest).toString("hex");
};

describe("incremental SHA-256", () => {
  it("gives the standard's examples", () => {
    expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("equals crypto.subtle for every length around the block size", async () => {
    for (let length = 0; length < 200; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 255);
      const hash = openSha256();
      hash.update(bytes);
      expect(hash.hex()).toBe(await hexOf(bytes));
    }
  });

  it("does not depend on how the bytes are cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 150 }), { maxLength: 12 }), async (pieces) => {
        const hash = openSha256();
        for (const piece of pieces) hash.update(piece);
        expect(hash.hex()).toBe(await hexOf(Uint8Array.from(pieces.flatMap((piece) => [...piece]))));
      }),
      { numRuns: 200 },
    );
  });
});
