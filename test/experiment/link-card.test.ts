/** What the card says of a link, and a run held against what its link promised. */
import { describe, expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { sha256 } from "../../src/base/sha256.ts";
import { addressOf } from "../../src/data/address.ts";
import { checkRun, overlayOf } from "../../src/experiment/check.ts";
import { digestEnvironment } from "../../src/experiment/digest.ts";
import { decodeLink, encodeLink } from "../../src/experiment/link.ts";
import { linkCard } from "../../src/experiment/link-card.ts";
import { contentFor, fittingLink } from "../../src/experiment/link-for.ts";
import { parseSpec } from "../../src/experiment/spec.ts";
import { estimateSeconds } from "../../src/experiment/work.ts";
import { labOn, runTiny, tinySpec } from "./tiny.ts";

const HASH = sha256("data");

describe("the card", () => {
  it("says what a built-in experiment is, with the settings that differ", () => {
    const spec = parseSpec({
      data: { corruption: 0.4 },
      ratio: { hMax: 4 },
      train: { lambda: 0.5, steps: 30 },
    });
    const card = linkCard({ spec, title: "Does DoRA survive?" });
    expect(card.title).toBe("Does DoRA survive?");
    expect(card.data).toContain("1000 groups");
    expect(card.work).toContain("30 steps of 16 groups");
    expect(card.changes.map(({ label, before, after }) => [label, before, after])).toEqual([
      ["Corruption", "0", "0.4"],
      ["Largest h", "10", "4"],
      ["λ", "1", "0.5"],
    ]);
    expect(card.host).toBeNull();
  });

  it("names the host it would fetch from, and the file it needs", () => {
    const url = linkCard({
      spec: parseSpec({ data: { source: "url:https://data.example.org/a/pairs.jsonl?x=1", sha256: HASH } }),
    });
    expect([url.host, url.data]).toEqual(["data.example.org", "pairs.jsonl"]);
    const file = linkCard({ spec: parseSpec({ data: { source: `file:${HASH}` } }), file: "march.jsonl" });
    expect([file.data, file.needs.file?.sha256]).toEqual(["march.jsonl", HASH]);
  });

  it("needs a measured run for its estimate, and scales it with the work", async () => {
    const spec = tinySpec();
    const record = await runTiny(labOn(createCpuBackend()), spec);
    const { adapter } = record.environment;
    expect(estimateSeconds(spec, [], adapter)).toBeNull();
    expect(estimateSeconds(spec, [record], "another")).toBeNull();
    const total = Object.values(record.seconds).reduce((a, b) => a + b, 0);
    const same = estimateSeconds(spec, [record], adapter)!;
    expect(same.same).toBe(true);
    expect(same.seconds).toBeCloseTo(total, 9);
    const longer = estimateSeconds(
      tinySpec({ "train.steps": 40, "train.evalEvery": 20 }),
      [record],
      adapter,
    )!;
    expect(longer.same).toBe(false);
    expect(longer.seconds - total).toBeGreaterThan(2 * record.seconds.train!);
  });
});

describe("a run after its link", () => {
  it("is bit-identical, close, different or unknown, and says where the curves part", async () => {
    const spec = tinySpec();
    const first = await runTiny(labOn(createCpuBackend()), spec);
    const made = await fittingLink(contentFor({ spec, record: first }), "https://example.org/");
    expect(made.tooLong).toBe(false);
    const { digest } = await decodeLink(made.url);
    const again = await runTiny(labOn(createCpuBackend()), (await decodeLink(made.url)).spec);
    expect(checkRun(again, digest!).comparison.verdict).toBe("bit-identical");

    const other = await runTiny(labOn(createCpuBackend()), tinySpec({ seed: 2 }));
    const check = checkRun(other, digest!);
    expect(check.comparison.verdict).toBe("different");
    const overlay = overlayOf(other, check)!;
    expect(overlay.partsAt).toBe(check.comparison.partsAt);
    expect(overlay.actual.steps.length).toBeGreaterThanOrEqual(overlay.expected.steps.length);

    const nudged = {
      ...digest!,
      hash: sha256("x"),
      environment: { ...digest!.environment, adapter: "other" },
    };
    const near = checkRun(first, nudged).comparison;
    expect(near.verdict).toBe("within tolerance");
    expect(near.environment.join()).toContain("Adapter");
    expect(checkRun(first, { ...nudged, curves: [] }).comparison.verdict).toBe("unknown");
  });

  it("names the kernels and features its bits depend on", () => {
    const base = { backend: "webgpu", adapter: "a", engine: "1", agent: "" } as const;
    expect(digestEnvironment({ ...base, features: ["timestamp-query"] }).variant).toBeUndefined();
    const one = digestEnvironment({ ...base, features: ["subgroups"], choices: { matmul: "quads" } }).variant;
    const two = digestEnvironment({ ...base, features: ["subgroups"], choices: { matmul: "plain" } }).variant;
    expect(one).toMatch(/^subgroups, kernels [0-9a-f]{8}$/);
    expect(two).not.toBe(one);
  });
});

it("a file's target and how it was read travel along; its rows only when given", async () => {
  const inline = '{"q":"p","good":"a","bad":"b"}\n';
  const reading = { mapping: { prompt: "q", chosen: "good", rejected: "bad" }, template: "plain" } as const;
  const spec = parseSpec({ data: { source: `file:${addressOf(sha256(inline), reading)}` } });
  const dataset = { name: "march.jsonl", sources: ["people", "bot"], target: 0, hash: sha256(inline) };
  const content = contentFor({ spec, dataset, reading });
  expect(content).toMatchObject({ file: "march.jsonl", reading, spec: { data: { target: "people" } } });
  expect(content.inline).toBeUndefined();
  const link = await encodeLink({ ...content, inline });
  expect(await decodeLink(link.fragment)).toEqual({ ...content, inline });
  const whole = {
    mapping: {
      prompt: "q",
      responses: ["a", "b"],
      better: "w",
      probs: ["x", ""],
      weight: "n",
      sourceFromFile: true,
    },
  };
  const named = parseSpec({ data: { source: `file:${addressOf(sha256(inline), whole)}` } });
  const told = contentFor({ spec: named, dataset: { ...dataset, target: -1 }, reading: whole });
  expect(await decodeLink((await encodeLink(told)).fragment)).toMatchObject({ reading: whole });
  const broken = encodeLink({ ...content, reading: { mapping: { nonsense: "x" } as object } });
  await expect(broken).rejects.toThrow(/reading/);
});
