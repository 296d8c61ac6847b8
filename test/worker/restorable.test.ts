/** What a backup may put back: everything that the engine stores, nothing that would break a listing. */
import { expect, it } from "vitest";
import { defaultSpec } from "../../src/experiment/spec.ts";
import type { BackupRecord } from "../../src/storage/backup.ts";
import { isRestorable } from "../../src/worker/engine/restorable.ts";

const entry = (id: string, summary: object) => ({
  id,
  savedAt: "2026-11-01T00:00:00.000Z",
  bytes: 1,
  summary,
});
const record = (kind: BackupRecord["kind"], id: string, value: unknown, summary: object, more = {}) => ({
  kind,
  id,
  slots: { value, entry: entry(id, summary), ...more },
});

const group = { id: "1", prompt: "?", row: 1, responses: [{ text: "yes", source: 0, score: null }] };
const dataset = {
  ...{ name: "tea", hash: "d", format: "trl", sources: ["human"], target: 0, groups: [group], unpaired: [] },
  ...{ rowsRead: 1, problems: [], problemsOmitted: 0 },
};
const run = {
  ...{ id: "r", name: "DoRA", spec: defaultSpec(), datasetHash: "d", datasetName: "tea", startedAt: "2026" },
  ...{ outcome: "done", digest: "", units: [], lastWeights: [1, null], sft: [], train: [], evaluation: [] },
};
const runSummary = {
  ...{ id: "r", name: "DoRA", strategy: "erm", datasetHash: "d", startedAt: "2026", outcome: "done" },
  digest: "",
};

it("takes what was saved here", () => {
  for (const whole of [
    record("dataset", "d", dataset, { name: "tea" }),
    record("dataset", "d", { ...dataset, groups: [], columns: {} }, { name: "tea" }, { about: null }),
    record("run", "r", run, runSummary),
    record("checkpoint", "r/1", { state: {} }, { run: "r", step: 1 }),
    record("sweep", "s", {}, { id: "s", name: "λ", createdAt: "2026", status: "done", cells: 2, done: 2 }),
    record("cell", "s/1", {}, { name: "λ 1" }),
    record("classifier", "c", {}, { name: "tea, human" }),
    { kind: "setting", id: "kernels", slots: { value: {} } } as const,
  ])
    expect([whole.kind, isRestorable(whole)]).toEqual([whole.kind, true]);
});

it("takes nothing that a listing or a table would stumble over", () => {
  for (const broken of [
    record("dataset", "d", { ...dataset, groups: [null] }, { name: "tea" }),
    record("dataset", "d", { ...dataset, groups: [{ ...group, responses: [{ text: 1 }] }] }, { name: "tea" }),
    record("dataset", "d", { ...dataset, sources: [1] }, { name: "tea" }),
    record("dataset", "d", dataset, { name: 7 }),
    record("dataset", "d", dataset, { name: "tea" }, { about: { hash: "d", name: "tea" } }),
    record("run", "r", {}, runSummary),
    record("run", "r", { ...run, spec: { train: { strategy: "none" } } }, runSummary),
    record("run", "r", run, { ...runSummary, startedAt: 3 }),
    record("checkpoint", "r/1", { state: {} }, { run: "r", step: 1, about: { run: "r", name: "DoRA" } }),
    record("checkpoint", "r/1", {}, { step: 1 }),
    record("sweep", "s", {}, { id: "s", name: "λ" }),
    record("cell", "s/1", {}, {}),
    record("classifier", "c", 1, { name: "tea" }),
    record("model", "m", [], { name: "small" }),
  ])
    expect(isRestorable(broken)).toBe(false);
});
