/** Links in the engine: made from stored files and runs, opened without running or fetching anything, kept to by hash. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TiltError } from "../../src/base/errors.ts";
import { sha256 } from "../../src/base/sha256.ts";
import { pack } from "../../src/experiment/link-packed.ts";
import { defaultSpec, FIELDS, withField, withFields } from "../../src/experiment/spec.ts";
import type { EngineApi, ImportOutcome } from "../../src/worker/api.ts";
import { createEngine } from "../../src/worker/engine.ts";
import { tinySpec } from "../experiment/tiny.ts";

const PAGE = "https://example.org/tilt/";
const quiet = (): void => {};
const TEXT = Array.from(
  { length: 12 },
  (_, i) => `${JSON.stringify({ prompt: `Why ${i}?`, chosen: ` yes ${i}`, rejected: ` no ${i}` })}\n`,
).join("");
const march = () => new File([TEXT], "march.jsonl");

let engine: EngineApi;
const asked = vi.fn((_: unknown) => Promise.reject(new Error("the network was asked")));
beforeEach(() => {
  engine = createEngine(undefined, "test");
  asked.mockClear();
  vi.stubGlobal("fetch", asked);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function needed(outcome: ImportOutcome) {
  if (!outcome.ok) throw new Error(outcome.problem.what);
  return outcome.dataset;
}
const request = (spec = defaultSpec(), more: object = {}) => ({
  spec,
  run: null,
  title: "",
  inline: false,
  page: PAGE,
  ...more,
});
const onFile = (hash: string) => withField(defaultSpec(), "data.source", `file:${hash}`);

describe("a link to a file", () => {
  it("carries its hash and how it was read; the rows only when ticked", async () => {
    const choices = { mapping: { prompt: "prompt", chosen: "rejected", rejected: "chosen" } };
    const { hash } = needed(await engine.importFiles([march()], quiet, choices));
    const made = await engine.makeLink(request(onFile(hash), { title: "March?" }));
    expect(made).toMatchObject({ data: "file", notInline: null, evidence: null, tooLong: false });
    expect(decodeURIComponent(made.url)).not.toContain("Why 1?");
    const { content, card, dataset } = await engine.openLink(made.url);
    expect(content).toMatchObject({ file: "march", reading: choices, title: "March?" });
    expect(card.needs.file?.sha256).toBe(hash);
    expect(dataset).toBe(hash);

    const whole = await engine.makeLink(request(onFile(hash), { inline: true }));
    expect(whole.data).toBe("inline");
    const other = createEngine(undefined, "test");
    await other.deleteDataset(hash);
    const opened = await other.openLink(whole.url);
    expect(opened.content.inline).toBe(TEXT);
    expect(needed(await other.bringLinked(opened.content, null, quiet)).hash).toBe(hash);
    expect(asked).not.toHaveBeenCalled();
  });

  it("takes the very file and no other", async () => {
    const { hash } = needed(await engine.importFiles([march()], quiet));
    const { content } = await engine.openLink((await engine.makeLink(request(onFile(hash)))).url);
    const wrong = new File([`${TEXT}\n`], "march.jsonl");
    expect(await engine.isLinkedFile(content, [wrong])).toMatchObject({ matches: false });
    const refused = await engine.bringLinked(content, [wrong], quiet);
    expect(refused).toMatchObject({
      ok: false,
      problem: { what: "This is not the file in the link.", where: "march.jsonl" },
    });
    const before = (await engine.datasets()).length;
    expect(needed(await engine.bringLinked(content, [march()], quiet)).hash).toBe(sha256(TEXT));
    expect((await engine.datasets()).length).toBe(before);
  });

  it("says why rows cannot travel", async () => {
    const big = needed(await engine.importFiles([new File([TEXT.repeat(200)], "big.jsonl")], quiet));
    expect((await engine.makeLink(request(onFile(big.hash)))).notInline).toContain("60 kB");
    const zipped = new Blob([TEXT]).stream().pipeThrough(new CompressionStream("gzip"));
    const packed = new File([await new Response(zipped).blob()], "march.jsonl.gz");
    const gz = needed(await engine.importFiles([packed], quiet));
    expect((await engine.makeLink(request(onFile(gz.hash)))).notInline).toContain("plain text");
  });
});

describe("a link to an address", () => {
  const url = "https://data.example.org/march.jsonl";
  const answers = (text: string) => {
    asked.mockImplementation(() => Promise.resolve(new Response(text)) as never);
  };

  it("is made of what was fetched, and fetched again only when agreed, with the same hash", async () => {
    answers(TEXT);
    const { hash } = needed(await engine.importAddress(url, quiet));
    const made = await engine.makeLink(request(onFile(hash)));
    expect(made.data).toBe("address");
    const other = createEngine(undefined, "test");
    await other.deleteDataset(hash);
    asked.mockClear();
    const { content, card, dataset } = await other.openLink(made.url);
    expect([card.host, dataset]).toEqual(["data.example.org", null]);
    expect(asked).not.toHaveBeenCalled();
    expect(needed(await other.bringLinked(content, null, quiet)).hash).toBe(hash);
    expect(asked).toHaveBeenCalledTimes(1);

    await other.deleteDataset(hash);
    answers(TEXT.replace("yes 3", "yes 4"));
    const changed = await other.bringLinked(content, null, quiet);
    expect(changed).toMatchObject({ ok: false, problem: { what: "This is not the file in the link." } });
    expect((await other.datasets()).filter(({ builtin }) => !builtin).map((one) => one.hash)).not.toContain(
      sha256(TEXT.replace("yes 3", "yes 4")),
    );
  });
});

it("a run of its own makes a link with evidence, a report, and a check of the next run", async () => {
  const record = await engine.run(tinySpec(), quiet);
  const made = await engine.makeLink(request(defaultSpec(), { run: record.id }));
  expect(made.evidence).toMatchObject({ backend: "cpu" });
  const { content, estimate } = await engine.openLink(made.url);
  expect(estimate).toMatchObject({ same: true });
  expect(content.spec).toEqual(record.spec);
  // A recipe has room for more of the curves than the link.
  const recipe = await engine.openLink(await engine.recipeLink(made.recipe));
  expect(recipe.content.digest!.curves.length).toBeGreaterThan(content.digest!.curves.length);
  const again = await engine.run(content.spec, quiet, { expected: content.digest! });
  expect(again.check?.comparison.verdict).toBe("bit-identical");
  const other = await engine.run(withFields(content.spec, { seed: 9 }), quiet, { expected: content.digest! });
  expect(other.check?.comparison.verdict).toBe("different");
  expect((await engine.runRecord(other.id))?.check).toEqual(other.check);
  const report = await engine.report([again.id, other.id], PAGE);
  expect(report.map(({ name }) => name)).toEqual(["report.html", "report.json", "references.bib"]);
  expect(await report[0]!.blob.text()).toContain(`href="${PAGE}#`);
}, 60_000);

it("opening anything at all runs nothing, fetches nothing, stores nothing, and fails in words", async () => {
  const run = vi.spyOn(engine, "run");
  const before = [(await engine.runs()).length, (await engine.datasets()).length];
  const path = fc.constantFrom(...FIELDS.map((field) => field.path), "title", "file", "digest", "hide", "x");
  const value = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom(
      "url:https://evil.example/x.jsonl",
      "url:http://localhost/",
      `file:${"a".repeat(64)}`,
      "<script>",
    ),
    fc.double().map(String),
  );
  const readable = fc
    .array(fc.tuple(path, value), { maxLength: 6 })
    .map((parts) => `#v=1&${parts.map(([name, text]) => `${name}=${encodeURIComponent(text)}`).join("&")}`);
  const packed = fc
    .record(
      {
        spec: fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue()),
        inline: fc.string(),
        extra: fc.jsonValue(),
      },
      { requiredKeys: ["spec"] },
    )
    .map((content) => ({ content }));
  await fc.assert(
    fc.asyncProperty(fc.oneof(readable, packed, fc.string({ unit: "binary" })), async (input) => {
      const link = typeof input === "string" ? input : `#z1=${await pack(JSON.stringify(input.content))}`;
      try {
        const { card } = await engine.openLink(link);
        expect(card.work).toBeTruthy();
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(TiltError);
      }
    }),
    { numRuns: 300 },
  );
  expect(asked).not.toHaveBeenCalled();
  expect(run).not.toHaveBeenCalled();
  expect([(await engine.runs()).length, (await engine.datasets()).length]).toEqual(before);
});
