import { expect, it } from "vitest";
import { stream } from "../../src/base/random.ts";
import { corruptGroup } from "../../src/data/corrupt.ts";
import type { Group } from "../../src/data/dataset.ts";

const group: Group = {
  id: "1",
  prompt: "p",
  row: 1,
  responses: [3, 2, 1].map((score) => ({ text: `t${score}`, source: 0, score })),
  preferences: [
    [0, 1],
    [0, 2],
    [1, 2],
  ],
};

it("touches the stated share of groups, and keeps texts, scores and judgements consistent", () => {
  const random = stream(1, "test/corruption");
  let touched = 0;
  for (let index = 0; index < 2000; index++) {
    const after = corruptGroup(group, index, 0.4, random);
    if (after === group) continue;
    touched++;
    expect(after.responses.map((response) => response.text)).toEqual(["t3", "t2", "t1"]);
    expect(after.responses.map((response) => response.score!).sort()).toEqual([1, 2, 3]);
    for (const [winner, loser] of after.preferences!) {
      expect(after.responses[winner]!.score!).toBeGreaterThan(after.responses[loser]!.score!);
    }
  }
  expect(touched / 2000).toBeGreaterThan(0.36);
  expect(touched / 2000).toBeLessThan(0.44);
});

it("leaves clean data alone and gives the same noise again", () => {
  expect(corruptGroup(group, 3, 0, stream(1, "x"))).toBe(group);
  expect(corruptGroup(group, 3, 1, stream(1, "x"))).toEqual(corruptGroup(group, 3, 1, stream(1, "x")));
});
