import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TiltError } from "../../src/base/errors.ts";
import {
  defaultSpec,
  FIELDS,
  fieldsFor,
  isActive,
  parseSpec,
  strategyValues,
  valueAt,
  withField,
  withFields,
} from "../../src/experiment/spec.ts";
import { LOSSES } from "../../src/objective/losses/index.ts";
import { STRATEGIES } from "../../src/objective/strategies/index.ts";
import { complaint } from "./complaint.ts";

describe("the field table", () => {
  it("documents every field, with a default inside its range", () => {
    for (const field of fieldsFor(defaultSpec())) {
      expect(field.help.length, field.path).toBeGreaterThan(5);
      expect(field.label, field.path).not.toBe("");
      if (field.kind === "number" || field.kind === "integer") {
        expect(field.min, field.path).toBeLessThan(field.max!);
        if (field.default !== null) {
          expect(field.default, field.path).toBeGreaterThanOrEqual(field.min!);
          expect(field.default, field.path).toBeLessThanOrEqual(field.max!);
        }
      }
      if (field.kind === "choice") expect(field.choices!.map((one) => one.value)).toContain(field.default);
    }
  });

  it("has one field for every leaf of a complete spec", () => {
    const leaves = (value: unknown, path: string): string[] =>
      typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, member]) => leaves(member, path ? `${path}.${key}` : key))
        : [path];
    const spec = defaultSpec();
    expect(
      fieldsFor(spec)
        .map((field) => field.path)
        .sort(),
    ).toEqual(
      leaves(spec, "")
        .filter((path) => path !== "version")
        .sort(),
    );
    for (const field of fieldsFor(spec)) expect(valueAt(spec, field.path), field.path).toBe(field.default);
  });

  it("names only known fields in conditions", () => {
    const known = FIELDS.map((field) => field.path);
    for (const field of FIELDS) for (const { path } of field.when ?? []) expect(known).toContain(path);
  });

  it("knows which fields matter", () => {
    const lambda = FIELDS.find((field) => field.path === "train.lambda")!;
    expect(isActive(lambda, parseSpec({}))).toBe(true);
    expect(isActive(lambda, parseSpec({ train: { strategy: "erm" } }))).toBe(false);
  });
});

describe("parseSpec", () => {
  it("accepts every loss and every strategy", () => {
    for (const { id, params } of LOSSES) {
      const spec = parseSpec({ train: { loss: id } });
      expect(Object.keys(spec.train.lossParams)).toEqual(Object.keys(params));
    }
    for (const { id, params } of STRATEGIES) {
      expect(Object.keys(strategyValues(parseSpec({ train: { strategy: id } }))).sort()).toEqual(
        Object.keys(params).sort(),
      );
    }
  });

  it("is idempotent", () => {
    const spec = parseSpec({ train: { loss: "simpo", strategy: "kl_dro", lambda: 0.3 }, seed: 9 });
    expect(parseSpec(spec)).toEqual(spec);
  });

  it.each([
    [{ train: { lr: -3 } }, "train.lr", "-3", "from 1e-8 to 1"],
    [{ train: { lr: "fast" } }, "train.lr", "fast", "a number"],
    [{ train: { steps: 1.5 } }, "train.steps", "1.5", "a whole number"],
    [{ train: { strategy: "dora" } }, "train.strategy", "dora", "dora_inside"],
    [{ train: { lamda: 1 } }, "train.lamda", "lamda", "train.lambda"],
    [{ training: {} }, "training", "training", ""],
    [{ lambda: 1 }, "lambda", "lambda", "train.lambda"],
    [{ train: { lossParams: { bta: 1 } } }, "train.lossParams.bta", "bta", "train.lossParams.beta"],
    [{ train: { lossParams: { beta: 1e9 } } }, "train.lossParams.beta", "1000000000", "a number from"],
    [{ train: { lossParams: { beta: null } } }, "train.lossParams.beta", "null", ""],
    [{ train: 5 }, "train", "5", "an object"],
    [{ train: null }, "train", "null", "an object"],
    [
      { data: { source: "http://example.org/x.json" } },
      "data.source",
      "http://example.org",
      "builtin:chatter",
    ],
    [{ data: { source: "url:javascript:alert(1)" } }, "data.source", "javascript", "https"],
    [{ data: { source: "url:https://me:secret@example.org/" } }, "data.source", "me:secret", "https"],
    [{ data: { source: "file:ABC" } }, "data.source", "ABC", "64 hexadecimal"],
    [{ data: { shareTarget: 0.6, shareFirst: 0.6 } }, "data.shareFirst", "0.6", "Lower"],
    [{ data: { source: "builtin:plane", responses: 4 } }, "data.responses", "4", "2"],
    [{ ratio: { source: "file" } }, "ratio.source", "world", "classifier"],
    [{ model: { heads: 3 } }, "model.heads", "64", "divides"],
    [{ model: { heads: 64, dim: 64 } }, "model.heads", "64", "from 1 to 32"],
    [{ model: { heads: 32, dim: 32 } }, "model.heads", "odd", "even"],
    [{ model: { kvHeads: 3 } }, "model.kvHeads", "3", "divides"],
    [
      { model: { kind: "pretrained", pretrained: "builtin:nobody" } },
      "model.pretrained",
      "builtin:nobody",
      "builtin:english",
    ],
    [{ train: { microBatches: 99 } }, "train.microBatches", "99", "at most"],
    [{ version: 99 }, "version", "99", "Reload"],
    [{ version: "1" }, "version", '"1"', "Use 1"],
    [{ seed: -1 }, "seed", "-1", "a whole number from 0"],
  ])("refuses %j by name", (input, where, value, remedy) => {
    const error = complaint(() => parseSpec(input));
    expect(error.where).toBe(where);
    expect(error.message).toContain(value);
    expect(error.remedy).toContain(remedy);
  });

  it("refuses what is not an experiment at all", () => {
    const deep: unknown = Array.from({ length: 5000 }).reduce((inner) => ({ data: inner }), {});
    const circle: Record<string, unknown> = {};
    circle.data = circle;
    const trap = {
      get data(): unknown {
        throw new RangeError("boo");
      },
    };
    const hostile: unknown[] = [
      undefined,
      null,
      5,
      "spec",
      [],
      () => 1,
      Symbol("x"),
      10n,
      deep,
      circle,
      trap,
      { seed: Number.NaN },
      { data: { source: "x".repeat(1e6) } },
      { data: new Array(1e5).fill(1) },
      JSON.parse('{"__proto__": {"seed": 3}}'),
      JSON.parse('{"train": {"lossParams": {"__proto__": {"beta": 3}}}}'),
      { constructor: {} },
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("no");
          },
        },
      ),
    ];
    for (const input of hostile) {
      const error = complaint(() => parseSpec(input));
      expect(error.message.length).toBeLessThan(600);
    }
    expect(({} as Record<string, unknown>).seed).toBeUndefined();
  });

  it("gives a spec or a TiltError for anything", () => {
    const keys = fc.constantFrom(...FIELDS.flatMap((field) => field.path.split(".")), "lossParams", "beta");
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), fc.dictionary(keys, tie("tree"), { maxKeys: 4 })),
    }));
    fc.assert(
      fc.property(tree, (input) => {
        try {
          expect(parseSpec(input).version).toBe(1);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TiltError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("withField", () => {
  it("changes one field and nothing else", () => {
    const spec = withField(defaultSpec(), "train.lambda", 0.3);
    expect(spec).toEqual({ ...defaultSpec(), train: { ...defaultSpec().train, lambda: 0.3 } });
  });

  it("gives a new loss its own defaults", () => {
    const tuned = withField(defaultSpec(), "train.lossParams.beta", 0.7);
    expect(tuned.train.lossParams.beta).toBe(0.7);
    expect(withField(tuned, "train.loss", "simpo").train.lossParams.beta).toBe(2);
    const both = withFields(tuned, { "train.lossParams.beta": 3, "train.loss": "simpo" });
    expect(both.train.lossParams.beta).toBe(3);
  });

  it("refuses paths that lead nowhere", () => {
    for (const path of ["train.nothing", "__proto__.x", "train.__proto__", "seed.low", "", "train"]) {
      expect(complaint(() => withField(defaultSpec(), path, 1)).remedy).not.toBe("");
    }
  });
});
