import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.ts";
import type { Group } from "../../src/data/dataset.ts";
import { promptKey, splitByPrompt } from "../../src/data/split.ts";

const group = (prompt: string, i: number): Group => ({ id: String(i), prompt, responses: [], row: i + 1 });
const groupsOf = (prompts: readonly string[]) => ({ groups: prompts.map(group), unpaired: [] });

describe("splitByPrompt", () => {
  it("puts every group on one side and no prompt on both", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(..."abcdefghijklmnopqrst"), { minLength: 1 }),
        fc.integer({ min: 0, max: 2 ** 53 - 1 }),
        (letters, seed) => {
          const prompts = [...letters, "first of two", "second of two", "third"];
          const { train, heldOut } = splitByPrompt(groupsOf(prompts), { seed });
          expect([...train, ...heldOut].toSorted((a, b) => a - b)).toEqual(prompts.map((_, i) => i));
          const trained = new Set(train.map((i) => prompts[i]));
          expect(heldOut.some((i) => trained.has(prompts[i]))).toBe(false);
          expect(heldOut.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it("holds out the share, depends on the seed, and not on the order of rows", () => {
    const prompts = Array.from({ length: 100 }, (_, i) => `prompt ${i}`);
    const held = (list: string[], seed: number) =>
      splitByPrompt(groupsOf(list), { seed, heldOut: 0.2 })
        .heldOut.map((i) => list[i]!)
        .toSorted();
    expect(held(prompts, 1)).toHaveLength(20);
    expect(held(prompts.toReversed(), 1)).toEqual(held(prompts, 1));
    expect(held(prompts, 2)).not.toEqual(held(prompts, 1));
  });

  it("shuffles the distinct prompts in their order, however much of them is the same", () => {
    const head = fc.constantFrom("", "a", "system: you are a helpful assistant. user: ", "\u{1f388}\uffff");
    const prompt = fc
      .tuple(head, fc.string({ unit: "grapheme", maxLength: 3 }))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.array(prompt, { minLength: 1, maxLength: 30 }), fc.nat(100), (some, seed) => {
        const prompts = [...some, "first of two", "second of two"];
        const keys = prompts.map(promptKey);
        const distinct = [...new Set(keys)].sort();
        const wanted = Math.max(1, Math.round(0.3 * distinct.length));
        const out = new Set(stream(seed, "data/split").shuffle(distinct).slice(0, wanted));
        const { heldOut, prompts: told } = splitByPrompt(groupsOf(prompts), { seed, heldOut: 0.3 });
        expect(heldOut).toEqual(keys.flatMap((key, i) => (out.has(key) ? [i] : [])));
        expect(told).toBe(distinct.length);
      }),
    );
  });

  it("takes prompts that differ in case or spacing for the same", () => {
    expect(promptKey(" What  is\nthis?")).toBe(promptKey("what is this?"));
    const { train, heldOut } = splitByPrompt(groupsOf(["A b", "a  b ", "c"]), { seed: 3, heldOut: 0.5 });
    expect([train.join(), heldOut.join()].toSorted()).toEqual(["0,1", "2"]);
  });

  it("says when nothing would be left", () => {
    expect(() => splitByPrompt(groupsOf(["a", "a"]), { seed: 1 })).toThrow(/none would be left/);
    expect(() => splitByPrompt(groupsOf(["a", "b"]), { seed: 1, heldOut: 1 })).toThrow(/not possible/);
    expect(splitByPrompt(groupsOf(["a"]), { seed: 1, heldOut: 0 }).train).toEqual([0]);
  });
});
