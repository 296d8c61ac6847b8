import { expect, it } from "vitest";
import { openBackend } from "../../src/backend/open.ts";
import { trlRows } from "../../src/data/export.ts";
import { findingsOf } from "../../src/experiment/findings.ts";
import { builtinDataset } from "../../src/experiment/source.ts";
import type { Spec } from "../../src/experiment/spec.ts";
import { labOn, runTiny, tinySpec } from "./tiny.ts";

const { backend } = await openBackend(undefined, "cpu");

async function found(spec: Spec) {
  const lab = labOn(backend);
  const record = await runTiny(lab, spec);
  expect(record.outcome).toBe("done");
  const dataset = builtinDataset(spec)!;
  const estimates = lab.known(dataset.hash)!.estimates;
  return { record, dataset, findings: findingsOf(dataset, record, estimates) };
}

it("gives flipped pairs as they were trained on, and groups beyond the limit nothing", async () => {
  const { record, dataset, findings } = await found(tinySpec({ "data.corruption": 1, "data.maxGroups": 20 }));
  const trained = findings.pairs!.slice(0, record.units.length);
  expect(trained.map(({ group, chosen, rejected }) => [group, [chosen, rejected]])).toEqual(
    record.units.map(({ group, responses }) => [group, responses]),
  );
  const clean = dataset.groups.find(({ id }) => id === record.units[0]!.group)!;
  expect(clean.responses).toHaveLength(2);
  // With every pair's scores shuffled, about half are the other way round than in the dataset.
  const asGiven = trained.filter(({ group, chosen, rejected }) => {
    const { responses } = dataset.groups.find(({ id }) => id === group)!;
    return responses[chosen]!.score! > responses[rejected]!.score!;
  });
  expect(asGiven.length).toBeGreaterThan(0);
  expect(asGiven.length).toBeLessThan(trained.length);

  const splits = [...findings.groups.values()].map(({ split }) => split);
  const count = (of: string | null) => splits.filter((split) => split === of).length;
  expect(count("train")).toBe(20);
  expect(count("held-out")).toBeGreaterThan(0);
  expect(count(null)).toBe(60 - 20 - count("held-out"));
  for (const { responses, split, fold } of findings.groups.values()) {
    expect(responses).toHaveLength(split === null ? 0 : 2);
    if (split !== null) expect([0, 1, 2]).toContain(fold);
  }
});

it("gives every pair of a list the list's h and weight", async () => {
  const spec = tinySpec({ "data.responses": 3, "train.loss": "dpo_pl" });
  const { record, dataset, findings } = await found(spec);
  const [list] = record.units;
  expect(list!.responses).toHaveLength(3);
  const pairs = findings.pairs!.filter(({ group }) => group === list!.group);
  expect(pairs).toHaveLength(3);
  for (const { h, weight } of pairs) expect([h, weight]).toEqual([list!.h, record.lastWeights[0]]);
  const { responses } = dataset.groups.find(({ id }) => id === list!.group)!;
  for (const { chosen, rejected } of pairs)
    expect(responses[chosen]!.score!).toBeGreaterThan(responses[rejected]!.score!);
  const rows = [...trlRows(dataset, findings)];
  expect(rows).toHaveLength(findings.pairs!.length);
});
