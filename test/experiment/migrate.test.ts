import { describe, expect, it } from "vitest";
import { sha256 } from "../../src/base/sha256.ts";
import { specHash } from "../../src/experiment/canonical.ts";
import { MIGRATIONS, type Migration, migrateSpec, readSpec } from "../../src/experiment/migrate.ts";
import { defaultSpec, parseSpec, SPEC_VERSION } from "../../src/experiment/spec.ts";
import { LOSSES } from "../../src/objective/losses/index.ts";
import { STRATEGIES } from "../../src/objective/strategies/index.ts";
import { complaint } from "./complaint.ts";
import defaults from "./frozen/v1-defaults.json";
import everyField from "./frozen/v1-every-field.json";

/** Two steps as they could come: a field renamed, then a default changed. */
const STEPS: readonly Migration[] = [
  {
    from: 1,
    note: "train.temperature is now called train.lambda.",
    migrate(spec) {
      const { temperature, ...train } = spec.train as { temperature?: number };
      return { ...spec, train: temperature === undefined ? train : { ...train, lambda: temperature } };
    },
  },
  {
    from: 2,
    note: "The default seed is 1; it was 0.",
    migrate: (spec) => ({ seed: 0, ...spec }),
  },
];

describe("migrateSpec", () => {
  it("walks through every version in between and says what changed", () => {
    const input = { version: 1, train: { temperature: 0.5 } };
    const result = migrateSpec(input, STEPS, 3);
    expect(result.spec).toEqual({ version: 3, seed: 0, train: { lambda: 0.5 } });
    expect(result.notes).toEqual(STEPS.map((step) => step.note));
    expect(input).toEqual({ version: 1, train: { temperature: 0.5 } });
    expect(migrateSpec({ version: 2, train: {} }, STEPS, 3).notes).toEqual([STEPS[1]!.note]);
    expect(migrateSpec({ version: 3, seed: 7 }, STEPS, 3)).toEqual({
      spec: { version: 3, seed: 7 },
      from: 3,
      notes: [],
    });
  });

  it("refuses versions it cannot read", () => {
    expect(complaint(() => migrateSpec({ version: 4 }, STEPS, 3)).message).toContain("up to 3");
    for (const version of [0, -1, 1.5, "2", null, {}]) {
      expect(complaint(() => migrateSpec({ version }, STEPS, 3)).where).toBe("version");
    }
    expect(complaint(() => migrateSpec({ version: 1 }, STEPS.slice(1), 3)).message).toContain("No way leads");
    expect(complaint(() => migrateSpec([])).message).toContain("not an experiment");
  });

  it("has a step for every version there has been", () => {
    expect(MIGRATIONS.map((step) => step.from)).toEqual(
      Array.from({ length: SPEC_VERSION - 1 }, (_, i) => i + 1),
    );
  });
});

describe("frozen specs", () => {
  it("a version 1 spec that sets every field still says the same", () => {
    expect(readSpec(everyField)).toMatchObject(everyField);
  });

  it("the hash of the empty spec is that of its version alone", () => {
    expect(specHash(readSpec({}))).toBe(sha256('{"version":1}'));
  });

  // Links drop defaults, so a default that changes within a version changes what old links run. After the first
  // release: raise SPEC_VERSION and write the old default out in a migration instead of updating this file.
  it("the defaults of version 1 have not moved", () => {
    const now = {
      spec: defaultSpec(),
      losses: Object.fromEntries(
        LOSSES.map(({ id }) => [id, parseSpec({ train: { loss: id } }).train.lossParams]),
      ),
      strategies: Object.fromEntries(
        STRATEGIES.map(({ id }) => [id, parseSpec({ train: { strategy: id } }).train.strategyParams]),
      ),
    };
    expect(now).toMatchObject(defaults);
  });
});
