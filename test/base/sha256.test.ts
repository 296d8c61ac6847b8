import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../src/base/canonical.ts";
import { sha256 } from "../../src/base/sha256.ts";

const oracle = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

describe("sha256", () => {
  test("agrees with Node's on every length around the block edges", () => {
    for (let n = 0; n < 200; n++) {
      const bytes = Uint8Array.from({ length: n }, (_, i) => (i * 37 + n) & 255);
      expect(sha256(bytes)).toBe(oracle(bytes));
    }
  });

  test("agrees with Node's on arbitrary strings", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(sha256(text)).toBe(oracle(text));
      }),
    );
  });
});

describe("canonicalJson", () => {
  test("does not depend on key order and reads back as the same value", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
    );
  });

  test("drops undefined members and refuses numbers that JSON lacks", () => {
    expect(canonicalJson({ b: 1, a: undefined })).toBe('{"b":1}');
    expect(() => canonicalJson({ a: Number.NaN })).toThrow(/NaN/);
  });
});
