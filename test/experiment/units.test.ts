import { expect, it } from "vitest";
import type { Dataset, Group } from "../../src/data/dataset.ts";
import { sftExamples, targetUnits, unitsOf } from "../../src/experiment/units.ts";

const response = (source: number, score: number | null) => ({ text: `s${source}`, source, score });

function dataset(groups: Pick<Group, "responses" | "preferences">[]): Dataset {
  return {
    name: "test",
    hash: "",
    format: "test",
    sources: ["human", "model"],
    target: 0,
    groups: groups.map((group, i) => ({ id: `${i}`, prompt: "p", row: i + 1, ...group })),
    unpaired: [],
    rowsRead: groups.length,
    problems: [],
    problemsOmitted: 0,
  };
}

it("makes every pair whose scores differ, winner first, and prefers explicit judgements", () => {
  const data = dataset([
    { responses: [response(0, 1), response(1, 2), response(1, 2)] },
    { responses: [response(0, 9), response(1, 2)], preferences: [[1, 0]] },
  ]);
  const units = unitsOf(data, [0, 1], "pairwise");
  expect(units.map((unit) => [unit.group, ...unit.responses])).toEqual([
    [0, 1, 0],
    [0, 2, 0],
    [1, 1, 0],
  ]);
});

it("takes groups of the target alone as target units, else those whose preferred response is the target's", () => {
  const pure = dataset([
    { responses: [response(0, 1), response(0, 2)] },
    { responses: [response(1, 1), response(1, 2)] },
  ]);
  expect(targetUnits(pure, unitsOf(pure, [0, 1], "pairwise")).map((unit) => unit.group)).toEqual([0]);
  const mixed = dataset([{ responses: [response(1, 1), response(0, 3), response(1, 2)] }]);
  const target = targetUnits(mixed, unitsOf(mixed, [0], "pairwise"));
  expect(target.map((unit) => unit.responses)).toEqual([
    [1, 0],
    [1, 2],
  ]);
  expect(targetUnits(mixed, unitsOf(mixed, [0], "listwise"))).toHaveLength(1);
});

it("refuses data without any preference", () => {
  const ties = dataset([{ responses: [response(0, 1), response(1, 1)] }]);
  expect(() => unitsOf(ties, [0], "pairwise")).toThrow(/No group has two responses/);
});

it("fine-tunes on what the spec says", () => {
  const data = dataset([{ responses: [response(0, 1), response(0, 3), response(1, 5)] }]);
  expect(sftExamples(data, [0], "target-preferred")).toEqual([[0, 1]]);
  expect(sftExamples(data, [0], "target")).toEqual([
    [0, 0],
    [0, 1],
  ]);
  expect(sftExamples(data, [0], "preferred")).toEqual([[0, 2]]);
  expect(sftExamples(data, [0], "all")).toHaveLength(3);
});
