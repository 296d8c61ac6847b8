import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { TiltError } from "../../src/base/errors.ts";
import { sha256 } from "../../src/base/sha256.ts";
import type { Digest } from "../../src/experiment/digest.ts";
import {
  decodeLink,
  decodeRecipe,
  encodeLink,
  encodeRecipe,
  isLink,
  isRecipe,
  type LinkContent,
  MAX_INLINE,
  MAX_URL,
  needsOf,
} from "../../src/experiment/link.ts";
import { pack } from "../../src/experiment/link-packed.ts";
import { defaultSpec, FIELDS, parseSpec } from "../../src/experiment/spec.ts";
import { complaint, laterComplaint } from "./complaint.ts";
import { specs } from "./random-spec.ts";

const PAGE = "https://example.org/tilt/";
const HASH = sha256("data");
const DIGEST: Digest = {
  hash: sha256("metrics"),
  environment: { backend: "webgpu", adapter: "google swiftshader, 5.0", engine: "0.1.0" },
  curves: [{ name: "train/loss", steps: [0, 30, 60], values: [Math.LN2, 1e-7, Number.NaN] }],
};
const pack1 = async (value: unknown) =>
  `#z1=${await pack(typeof value === "string" ? value : JSON.stringify(value))}`;

describe("links", () => {
  // Reading a link must never reach for the network: every way out fails the test.
  const fetched = vi.fn(() => {
    throw new Error("a link was fetched");
  });
  beforeAll(() => {
    vi.stubGlobal("fetch", fetched);
    vi.stubGlobal("XMLHttpRequest", fetched);
    vi.stubGlobal("WebSocket", fetched);
  });
  afterAll(() => {
    expect(fetched).not.toHaveBeenCalled();
    vi.unstubAllGlobals();
  });

  it("are readable when short", async () => {
    const link = await encodeLink(
      { spec: parseSpec({ train: { strategy: "erm", lambda: 0.3 }, seed: 7 }) },
      PAGE,
    );
    expect(link.url).toBe(`${PAGE}#v=1&seed=7&train.strategy=erm&train.lambda=0.3`);
    expect(link).toMatchObject({ form: "readable", length: link.url.length, tooLong: false });
  });

  it("are packed when that is shorter", async () => {
    const spec = parseSpec({
      train: Object.fromEntries(
        FIELDS.filter((field) => field.group === "train" && field.kind === "number").map((field) => [
          field.path.slice(6),
          field.min,
        ]),
      ),
      eval: { samples: 7, newTokens: 99, temperature: 0.1, groups: 77 },
      ratio: { hidden: 4, hashBits: 7, ngrams: 3, folds: 3, steps: 330, lr: 0.5, l2: 0.5 },
    });
    const link = await encodeLink({ spec, digest: DIGEST }, PAGE);
    expect(link.form).toBe("packed");
    expect(link.fragment).toMatch(/^#z1=[A-Za-z0-9_-]+$/);
    expect(link.length).toBeLessThan(MAX_URL);
    expect(await decodeLink(link.url)).toEqual({ spec, digest: DIGEST });
  });

  it("give back what was put in, in either form and as a recipe", async () => {
    const content = fc.record(
      {
        spec: specs.map((spec) =>
          spec.data.source.startsWith("url:")
            ? parseSpec({ ...spec, data: { ...spec.data, sha256: HASH } })
            : spec,
        ),
        title: fc.string({ maxLength: 60, unit: "grapheme" }),
        file: fc.constantFrom("a & b=c.jsonl", "100%.json", "ß/ü.gz"),
        digest: fc.constantFrom(DIGEST),
        embed: fc.constant(true),
        hide: fc.constantFrom(["train.lambda", "data"], ["seed"]),
      },
      { requiredKeys: ["spec"] },
    );
    await fc.assert(
      fc.asyncProperty(content, async (given) => {
        const link = await encodeLink(given, PAGE);
        expect(await decodeLink(link.url)).toEqual(given);
        expect(await decodeLink(link.fragment)).toEqual(given);
        const recipe = encodeRecipe(given);
        expect(isRecipe(recipe)).toBe(true);
        expect(decodeRecipe(`\uFEFF${recipe}`)).toEqual(given);
        const { digest: _, ...rest } = given;
        const packed = await pack1({ ...JSON.parse(recipe), tilt: undefined, digest: undefined });
        expect(await decodeLink(packed)).toEqual(rest);
      }),
      { numRuns: 60 },
    );
  });

  it("say what running them takes", () => {
    const needs = (data: object, more: Partial<LinkContent> = {}) =>
      needsOf({ spec: parseSpec({ data }), ...more });
    expect(needs({})).toEqual({ fetches: null, file: null, inline: 0 });
    expect(needs({ source: "url:https://example.org/x.gz", sha256: HASH }).fetches).toBe(
      "https://example.org/x.gz",
    );
    expect(needs({ source: `file:${HASH}` }, { file: "x.json" }).file).toEqual({
      sha256: HASH,
      name: "x.json",
    });
    expect(needs({ source: `file:${HASH}` }, { inline: "data" })).toEqual({
      fetches: null,
      file: null,
      inline: 4,
    });
  });

  it("carry small data when asked, and only the data they name", async () => {
    const inline = '{"prompt":"p","chosen":"a","rejected":"b"}\n'.repeat(20);
    const spec = parseSpec({ data: { source: `file:${sha256(inline)}` } });
    const link = await encodeLink({ spec, inline }, PAGE);
    expect(link.form).toBe("packed");
    expect((await decodeLink(link.url)).inline).toBe(inline);
    expect((await laterComplaint(() => encodeLink({ spec, inline: `${inline} ` }))).where).toBe("inline");
    const big = "x".repeat(MAX_INLINE + 1);
    const bigSpec = parseSpec({ data: { source: `file:${sha256(big)}` } });
    expect((await laterComplaint(() => encodeLink({ spec: bigSpec, inline: big }))).message).toContain(
      "60001",
    );
  });

  it("offer a recipe when too long", async () => {
    const inline = Array.from({ length: 600 }, (_, i) => sha256(String(i))).join("\n");
    const spec = parseSpec({ data: { source: `file:${sha256(inline)}` } });
    const link = await encodeLink({ spec, inline }, PAGE);
    expect(link.tooLong).toBe(true);
    expect(await decodeLink(link.url)).toEqual({ spec, inline });
    expect(decodeRecipe(encodeRecipe({ spec, inline }))).toEqual({ spec, inline });
  });

  it("refuse to name downloads without their hash", async () => {
    const spec = parseSpec({ data: { source: "url:https://example.org/x.gz" } });
    expect((await laterComplaint(() => encodeLink({ spec }))).where).toBe("data.sha256");
    expect(
      (await laterComplaint(() => decodeLink("#v=1&data.source=url:https://example.org/x.gz"))).where,
    ).toBe("data.sha256");
  });

  it.each([
    ["#v=1&seed=3&train.lossParams.beta=0.3", { seed: 3, train: { lossParams: { beta: 0.3 } } }],
    [`#v=1&data.target=42&data.source=file:${HASH}`, { data: { target: "42", source: `file:${HASH}` } }],
    ["#v=1&ratio.normalise=0&ratio.alpha=null", { ratio: { normalise: false } }],
    ["#v=1&&train.lr=1e-4&", { train: { lr: 1e-4 } }],
    ["#v=1&ratio.source=true", { ratio: { source: "true" } }],
    ["https://x.org/?q=1#v=1", {}],
  ])("can be written by hand: %s", async (link, spec) => {
    expect((await decodeLink(link)).spec).toEqual(parseSpec(spec));
  });

  it.each([
    ["", "not a Tilt link"],
    ["#", "not a Tilt link"],
    ["#/lessons/3", "not a Tilt link"],
    ["#v=2", "version 2"],
    ["#v=0", "not a version"],
    ["#v=one", '"one"'],
    ["#v=1&train.lamda=3", "train.lamda"],
    ["#v=1&foo=3", '"foo"'],
    ["#v=1&train=3", "train"],
    ["#v=1&train.lr=fast", '"fast"'],
    ["#v=1&train.lr=1e999", "finite"],
    ["#v=1&train.lr=99", "99"],
    ["#v=1&train.lr", "setting=value"],
    ["#v=1&=3", "setting=value"],
    ["#v=1&seed=1&seed=2", "twice"],
    ["#v=1&title=%E0%A4%A", "percent sign"],
    ["#v=1&title=%zz", "percent sign"],
    [`#v=1&title=${"t".repeat(121)}`, "120 characters"],
    ["#v=1&digest=abc", "64 hexadecimal"],
    ["#v=1&curve:train/loss=0:1", "no digest"],
    [`#v=1&digest=${HASH}&curve:loss=0:1,zero`, "step:value"],
    ["#v=1&__proto__.seed=3", "__proto__"],
    ["#v=1&__proto__=3", "__proto__"],
    ["#v=1&train.__proto__.lr=3", "__proto__"],
    ["#v=1&constructor.prototype.x=3", "constructor"],
    ["#v=1&data.source=url:javascript:alert(1)", "https"],
    ["#v=1&data.source=url:file:///etc/passwd", "https"],
    ["#v=1&data.source=url:http://example.org/", "https"],
    [`#v=1&${"train.x=1&".repeat(400)}`, "parts"],
    [`#v=1&title=${"x".repeat(200_000)}`, "characters long"],
    ["#z1=", "damaged"],
    ["#z1=!!!!", "characters that a link cannot have"],
    ["#z1=AAAAA", "damaged"],
    ["#z1=AAAA", "damaged"],
    ["#z2=AAAA", "(z2)"],
    ["#z=AAAA", "(z)"],
  ])("explain themselves when wrong: %.60s", async (link, words) => {
    const error = await laterComplaint(() => decodeLink(link));
    expect(error.message).toContain(words);
    expect(error.message.length).toBeLessThan(500);
    expect(error.remedy).toBeTruthy();
  });

  it("explain wrong packed contents", async () => {
    const cases: [unknown, string][] = [
      ["not json", "JSON"],
      ["", "JSON"],
      ["null", "not an experiment"],
      ["[]", "not an experiment"],
      [{}, "missing"],
      [{ spec: 3 }, '"spec" is 3'],
      [{ spec: {}, extra: 1 }, '"extra"'],
      [{ spec: { version: 9 } }, "version 9"],
      [{ spec: { training: {} } }, '"training"'],
      ['{"spec":{"__proto__":{"seed":1}}}', "__proto__"],
      ['{"spec":{},"__proto__":{"seed":1}}', "__proto__"],
      [{ spec: {}, digest: { hash: HASH } }, "digest.environment"],
      [
        { spec: {}, digest: { ...DIGEST, curves: [{ name: "x", steps: [1], values: [] }] } },
        "digest.curves.0",
      ],
      [{ spec: {}, inline: 5 }, '"inline"'],
      [{ spec: { data: { source: `file:${HASH}` } }, inline: "other" }, "not the data"],
      [{ spec: {}, inline: "data" }, "not the data"],
      [{ spec: {}, hide: new Array(101).fill("x") }, '"hide"'],
      ["[".repeat(250_000), "JSON"],
      [`{"spec":${"[".repeat(50_000)}${"]".repeat(50_000)}}`, "levels"],
      [{ spec: { data: { target: "x".repeat(100_000) } } }, "100000 characters"],
    ];
    for (const [value, words] of cases) {
      const error = await laterComplaint(async () => decodeLink(await pack1(value)));
      expect(error.message).toContain(words);
      expect(error.message.length).toBeLessThan(500);
    }
  });

  it("do not unpack bombs", async () => {
    const bomb = await pack1("0".repeat(50_000_000));
    expect(bomb.length).toBeLessThan(120_000);
    const error = await laterComplaint(() => decodeLink(bomb));
    expect(error.message).toContain("300 kB");
  });

  it("give content or a TiltError for anything at all", async () => {
    const key = fc.oneof(
      fc.constantFrom(...FIELDS.map((field) => field.path), "digest", "title", "curve:a", "hide", "version"),
      fc.string({ unit: "binary" }),
    );
    const piece = fc.tuple(
      key,
      fc.oneof(fc.string({ unit: "binary" }), fc.double().map(String), fc.constant("true")),
    );
    const readable = fc
      .array(piece, { maxLength: 6 })
      .map((pieces) => `#v=1&${pieces.map(([name, value]) => `${name}=${value}`).join("&")}`);
    const bytes = fc
      .uint8Array({ maxLength: 200 })
      .map((data) => `#z1=${Buffer.from(data).toString("base64url")}`);
    const anything = fc.oneof(readable, bytes, fc.string({ unit: "binary" }), fc.json().map(String));
    const json = fc.jsonValue().map((value) => ({ packed: JSON.stringify({ spec: {}, digest: value }) }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, json), async (input) => {
        try {
          const link = typeof input === "string" ? input : await pack1(input.packed);
          expect((await decodeLink(link)).spec.version).toBe(1);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TiltError);
        }
      }),
      { numRuns: 800 },
    );
  });

  it("survive damage anywhere in a good link, or say so", async () => {
    const good = (await encodeLink({ spec: defaultSpec(), title: "A title", digest: DIGEST }, "")).fragment;
    const packed = await pack1({ spec: { train: { strategy: "erm" } }, title: "A title" });
    for (const link of [good, packed]) {
      for (let i = 0; i < link.length; i++) {
        for (const damaged of [
          link.slice(0, i),
          link.slice(0, i) + link.slice(i + 1),
          `${link.slice(0, i)}%${link.slice(i + 1)}`,
        ]) {
          try {
            await decodeLink(damaged);
          } catch (thrown) {
            expect(thrown, damaged).toBeInstanceOf(TiltError);
          }
        }
      }
    }
  });

  it("are told from places in the page", () => {
    expect(["#v=1&seed=2", "v=1", "#z1=abc", "z9=abc"].map(isLink)).toEqual([true, true, true, true]);
    expect(["", "#", "#/lesson", "#guide", "#view=1"].map(isLink)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("recipes", () => {
  it.each([
    ["{}", "not a Tilt recipe"],
    ["[]", "not a Tilt recipe"],
    ["null", "not a Tilt recipe"],
    ["{", "JSON"],
    ['{"tilt":"recipe"}', "missing"],
    ['{"tilt":"recipe","spec":{"train":{"lr":-1}}}', "train.lr"],
    [" ".repeat(300_001), "300001"],
  ])("explain themselves when wrong: %.40s", (text, words) => {
    expect(complaint(() => decodeRecipe(text)).message).toContain(words);
  });
});
