import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalSpec, effectiveSpec, specHash } from "../../src/experiment/canonical.ts";
import { describeChanges } from "../../src/experiment/changes.ts";
import { defaultSpec, parseSpec, withFields } from "../../src/experiment/spec.ts";
import { specs } from "./random-spec.ts";

describe("canonicalSpec", () => {
  it("keeps only what differs from the defaults", () => {
    expect(canonicalSpec(defaultSpec())).toEqual({ version: 1 });
    expect(
      canonicalSpec(parseSpec({ train: { lambda: 0.3, lr: 0.0003, lossParams: { beta: 0.1 } }, seed: 1 })),
    ).toEqual({ version: 1, train: { lambda: 0.3 } });
  });

  it("gives the spec back, in any order of keys, with the same hash", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const canonical = canonicalSpec(spec);
        expect(parseSpec(canonical)).toEqual(spec);
        const reversed = JSON.parse(JSON.stringify(canonical), (_, value: unknown) =>
          typeof value === "object" && value !== null
            ? Object.fromEntries(Object.entries(value).reverse())
            : value,
        );
        expect(specHash(parseSpec(reversed))).toBe(specHash(spec));
      }),
      { numRuns: 200 },
    );
  });

  it("gives different specs different hashes", () => {
    fc.assert(
      fc.property(specs, specs, (one, other) => {
        const same = describeChanges(one, other).length === 0;
        if (JSON.stringify(one) !== JSON.stringify(other)) {
          expect(specHash(one)).not.toBe(specHash(other));
          expect(same && one.train.loss === other.train.loss).toBe(false);
        } else expect(same).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe("effectiveSpec", () => {
  it("forgets settings that nothing reads", () => {
    const erm = (lambda: number) => parseSpec({ train: { strategy: "erm", lambda } });
    expect(specHash(erm(0.3))).not.toBe(specHash(erm(3)));
    expect(specHash(effectiveSpec(erm(0.3)))).toBe(specHash(effectiveSpec(erm(3))));
    const dro = (lambda: number) => parseSpec({ train: { strategy: "kl_dro", lambda } });
    expect(specHash(effectiveSpec(dro(0.3)))).not.toBe(specHash(effectiveSpec(dro(3))));
  });

  it("keeps the settings of losses and strategies", () => {
    const spec = parseSpec({ train: { loss: "simpo", lossParams: { beta: 3 } } });
    expect(effectiveSpec(spec)).toEqual(spec);
  });
});

describe("describeChanges", () => {
  it("says what differs, in words with units, and nothing else", () => {
    const before = defaultSpec();
    const after = withFields(before, {
      "train.strategy": "erm",
      "train.steps": 1,
      "train.lambda": 1 / 3,
      "data.responses": 4,
      "ratio.normalise": false,
      "ratio.alpha": 0.2,
    });
    expect(describeChanges(before, after).map((change) => change.text)).toEqual([
      "Responses per group: 2 responses → 4 responses",
      "α override: not set → 0.2",
      "Mean h is 1: on → off",
      "Strategy: DoRA, inside → ERM",
      "λ: 1 → 0.333333",
      "Steps: 60 steps → 1 step",
    ]);
    expect(describeChanges(after, after)).toEqual([]);
  });

  it("mentions a new loss's settings only where they are not its defaults", () => {
    const before = defaultSpec();
    const after = withFields(before, { "train.loss": "simpo" });
    const texts = describeChanges(before, after).map((change) => change.path);
    expect(texts).toContain("train.loss");
    expect(texts).toContain("train.lossParams.beta");
    expect(texts).not.toContain("train.lossParams.gamma");
  });
});
