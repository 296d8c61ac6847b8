import { describe, expect, it } from "vitest";
import { philox4x32, purposeKey, stream } from "../../src/base/random.ts";

const hex = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, "0"));

describe("philox4x32-10", () => {
  // Known answers published with Random123 (kat_vectors, philox4x32 10 rounds).
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      ["6627e8d5", "e169c58d", "bc57ac4c", "9b00dbd8"],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      ["408f276d", "41c83b0e", "a20bc7c6", "6d5451fd"],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      ["d16cfe09", "94fdcceb", "5001e420", "24126ea1"],
    ],
  ] as const)("counter %j, key %j", (counter, key, words) => {
    expect(hex(philox4x32(counter, key))).toEqual(words);
  });
});

describe("stream", () => {
  it("gives a draw by its number, whatever was drawn before", () => {
    const forwards = stream(5, "test");
    const words = Array.from({ length: 23 }, () => forwards.word());
    const backwards = stream(5, "test");
    for (let i = 22; i >= 0; i--) expect(backwards.word(i)).toBe(words[i]);
    expect(backwards.word()).toBe(words[0]);
  });

  it("is the generator keyed by seed and purpose, block by block", () => {
    const seed = 0x1234_9abc_def0;
    const numbers = stream(seed, "init");
    for (const index of [0, 5, 4 * 0x100000000 + 7]) {
      const block = Math.floor(index / 4);
      const counter = [block >>> 0, Math.floor(block / 0x100000000), 0x1234, 0] as const;
      expect(numbers.word(index)).toBe(philox4x32(counter, [0x9abcdef0, purposeKey("init")])[index % 4]);
    }
  });

  it("keeps seeds, purposes and forks apart", () => {
    const heads = [stream(1, "a"), stream(2, "a"), stream(1, "b"), stream(1, "a").fork("b")].map((one) =>
      hex([one.word(), one.word()]).join(""),
    );
    expect(new Set(heads).size).toBe(heads.length);
  });

  it("draws uniform, normal and Gumbel numbers with the right moments", () => {
    const count = 40000;
    const numbers = stream(3, "moments");
    const moments = (draw: () => number) => {
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < count; i++) {
        const x = draw();
        sum += x;
        squares += x * x;
      }
      return { mean: sum / count, variance: squares / count - (sum / count) ** 2 };
    };
    // Bounds are five standard errors wide; the stream is fixed, so they hold always or never.
    const uniform = moments(numbers.uniform);
    expect(Math.abs(uniform.mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
    expect(uniform.variance).toBeCloseTo(1 / 12, 2);
    const normal = moments(numbers.normal);
    expect(Math.abs(normal.mean)).toBeLessThan(5 / Math.sqrt(count));
    expect(normal.variance).toBeCloseTo(1, 1);
    const gumbel = moments(numbers.gumbel);
    expect(Math.abs(gumbel.mean - 0.5772156649)).toBeLessThan(5 * Math.sqrt(1.645 / count));
    expect(gumbel.variance).toBeCloseTo(Math.PI ** 2 / 6, 1);
  });

  it("draws below a bound evenly, and in proportion to weights", () => {
    const numbers = stream(4, "counts");
    const below = new Array<number>(7).fill(0);
    for (let i = 0; i < 14000; i++) below[numbers.below(7)]!++;
    for (const count of below) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(2000));
    const picked = [0, 0, 0];
    for (let i = 0; i < 10000; i++) picked[numbers.pick([1, 0, 3])]!++;
    expect(picked[1]).toBe(0);
    expect(Math.abs(picked[2]! - 7500)).toBeLessThan(5 * Math.sqrt(1875));
  });

  it("shuffles without losing anything, and never the same array", () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = stream(6, "order").shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
    expect(items[0]).toBe(0);
    expect(stream(6, "order").shuffle(items)).toEqual(shuffled);
  });
});
