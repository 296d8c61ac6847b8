/** Ratios that come with the file: what is said of a response is what the file says of it. */
import { expect, it } from "vitest";
import { givenRatio } from "../../src/experiment/given_ratio.ts";
import { tinySpec } from "./tiny.ts";

const PROBS = [
  [0.9, 0.2],
  [0, 0.5],
];
const dataOf = (target: number) =>
  ({
    dataset: {
      sources: ["human", "model"],
      target,
      format: "trl",
      groups: PROBS.map((probs, g) => ({
        ...{ id: String(g), prompt: `question ${g}`, row: g + 1, weight: 1 + g },
        responses: probs.map((prob, k) => ({ text: `answer ${k}`, source: k, score: null, prob })),
      })),
    },
    train: [0],
    heldOut: [1],
    units: [{ group: 0, responses: [0, 1] }],
  }) as unknown as Parameters<typeof givenRatio>[1];
const told = (source: string, target: number, alpha: number | null = null) =>
  givenRatio(
    tinySpec({ "data.source": `file:${"0".repeat(64)}`, "ratio.source": source, "ratio.alpha": alpha }),
    dataOf(target),
  ).estimates!;

it("a probability stays as it is in the file, also where its share is set by hand", () => {
  for (const alpha of [null, 0.25, 0.8]) {
    const found = told("file", 0, alpha).map((group) => group.map(({ probability }) => probability));
    expect(found).toEqual(PROBS);
    expect(told("file", 0, alpha)[0]![0]!.logRatio).toBeCloseTo(Math.log(0.9 / (alpha ?? 0.5)), 12);
  }
});

it("weights alone say nothing of a probability where nobody is the target", () => {
  expect(told("weight", -1)[1]![0]!.probability).toBeNull();
  expect(told("weight", 0)[0]![0]!.probability).toBeCloseTo(0.5, 12);
});
