/** `tilt verify` and `tilt report` on the CPU, called as their launcher calls them. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, it, vi } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { sha256 } from "../../src/base/sha256.ts";
import { report } from "../../src/cli/report.ts";
import { verify } from "../../src/cli/verify.ts";
import { digestOfRecord, sampleDigest } from "../../src/experiment/digest.ts";
import type { RunRecord } from "../../src/experiment/events.ts";
import { encodeLink, encodeRecipe } from "../../src/experiment/link.ts";
import { contentFor, fittingLink } from "../../src/experiment/link-for.ts";
import { parseSpec } from "../../src/experiment/spec.ts";
import { labOn, runTiny, tinySpec } from "../experiment/tiny.ts";

const folder = mkdtempSync(join(tmpdir(), "tilt-verify-"));
const at = (name: string) => join(folder, name);
let record: RunRecord;
beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "log").mockImplementation(() => {});
  record = await runTiny(labOn(createCpuBackend()), tinySpec());
});

/** What a link leads to: the exit code, and the JSON. */
async function outcomeOf(link: string, ...more: string[]) {
  const json = at("verdict.json");
  const code = await verify([link, "--backend", "cpu", "--json", json, ...more]);
  return { code, ...JSON.parse(readFileSync(json, "utf8")) };
}

it("says bit-identical for the same machine, from a link and from a recipe file", async () => {
  const content = contentFor({ spec: record.spec, record });
  const { url } = await fittingLink(content, "https://example.org/");
  expect(await outcomeOf(url)).toMatchObject({ code: 0, verdict: "bit-identical", partsAt: null });
  const recipe = at("experiment.tilt.json");
  writeFileSync(recipe, encodeRecipe({ ...content, digest: sampleDigest(content.digest!, 12, 64) }));
  const found = await outcomeOf(recipe);
  expect(found).toMatchObject({ code: 0, verdict: "bit-identical" });
  expect(found.actual).toMatchObject({ backend: "cpu", engine: record.environment.engine });
});

it("fails, with the metric and the step, when the numbers are others; and when there are none", async () => {
  const digest = { ...sampleDigest(digestOfRecord(record)), hash: sha256("another") };
  const moved = {
    ...digest,
    curves: digest.curves.map((curve) => ({ ...curve, values: curve.values.map((x) => x * 1.5 + 0.1) })),
  };
  const different = await outcomeOf((await encodeLink({ spec: record.spec, digest: moved })).fragment);
  expect(different).toMatchObject({ code: 1, verdict: "different" });
  expect(different.partsAt).toBeGreaterThanOrEqual(0);
  expect(different.metrics[0].largest).toBeGreaterThan(0.01);
  const silent = await outcomeOf((await encodeLink({ spec: record.spec })).fragment);
  expect(silent).toMatchObject({ code: 1, verdict: "not compared", expected: null });
});

it("asks for data it does not have, and takes no other", async () => {
  const rows = Array.from({ length: 4 }, (_, i) =>
    JSON.stringify({ prompt: `p${i}`, chosen: "a", rejected: "b" }),
  ).join("\n");
  writeFileSync(at("pairs.jsonl"), rows);
  const { fragment } = await encodeLink({
    spec: parseSpec({ data: { source: `file:${sha256("something else")}` } }),
    file: "march.jsonl",
  });
  await expect(verify([fragment])).rejects.toThrow(/march\.jsonl.*--data/);
  await expect(verify([fragment, "--data", at("pairs.jsonl")])).rejects.toThrow(sha256(rows));
  const url = { source: "url:https://example.org/x.jsonl", sha256: sha256(rows) };
  const asked = await encodeLink({ spec: parseSpec({ data: url }) });
  await expect(verify([asked.fragment])).rejects.toThrow("--fetch");
  await expect(verify(["nonsense"])).rejects.toThrow(/neither a link nor a file/);
  await expect(verify(["#v=9"])).rejects.toThrow("version 9");
});

it("writes a report of several runs", async () => {
  writeFileSync(at("run.json"), JSON.stringify(record));
  expect(await report([at("run.json"), at("run.json"), "--out", at("written")])).toBe(0);
  const page = readFileSync(at("written/report.html"), "utf8");
  expect(page).toContain(record.digest);
  expect(page).toContain("#z1=");
  expect(JSON.parse(readFileSync(at("written/report.json"), "utf8")).runs).toHaveLength(2);
  expect(readFileSync(at("written/references.bib"), "utf8")).toContain("@inproceedings{zhu2025leveraging");
  writeFileSync(at("wrong.json"), "{}");
  await expect(report([at("wrong.json")])).rejects.toThrow("not a run");
});
