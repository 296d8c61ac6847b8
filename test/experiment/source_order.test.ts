/** Which sources get a category of their own. */
import { expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import { sourceOrder } from "../../src/experiment/source_order.ts";

/** @param prompts by source: how many prompts it answers, beside the target (source 0) */
function dataset(prompts: readonly number[], format = "trl"): Dataset {
  const groups = prompts.flatMap((count, source) =>
    Array.from({ length: count }, (_, i) => ({
      prompt: `question ${source} ${i}`,
      responses: [0, source + 1].map((own) => ({ text: "text", source: own })),
    })),
  );
  const sources = ["human", ...prompts.map((_, i) => `bot ${i + 1}`)];
  return { groups, sources, target: 0, format } as unknown as Dataset;
}

it("keeps sources that answered enough prompts", () => {
  const { names, of } = sourceOrder(dataset([5, 9, 6]));
  expect(names).toEqual(["human", "bot 1", "bot 2", "bot 3"]);
  expect([0, 1, 2, 3, -1].map(of)).toEqual([0, 1, 2, 3, -1]);
});

it("takes those that answered few together, a single one with the next larger", () => {
  const several = sourceOrder(dataset([4, 9, 1, 7]));
  expect(several.names).toEqual(["human", "bot 2", "bot 4", "2 other sources"]);
  expect([0, 1, 2, 3, 4, -1].map(several.of)).toEqual([0, 3, 1, 3, 2, -1]);
  expect(sourceOrder(dataset([9, 2, 7])).names).toEqual(["human", "bot 1", "2 other sources"]);
  expect(sourceOrder(dataset([2])).names).toEqual(["human", "bot 1"]);
});

it("takes the smallest of very many together", () => {
  const { names, of } = sourceOrder(dataset(Array.from({ length: 200 }, (_, i) => 5 + (i % 50))));
  expect(names).toHaveLength(13);
  expect(names.at(-1)).toBe("189 other sources");
  expect(of(50)).toBeLessThan(12);
  expect(of(1)).toBe(12);
});

it("counts a prompt once, and leaves the worlds as they are", () => {
  const one = dataset([8, 8]);
  const asked = one.groups.map((group, i) => (i < 8 ? { ...group, prompt: "the same" } : group));
  expect(sourceOrder({ ...one, groups: asked }).names).toEqual(["human", "2 other sources"]);
  expect(sourceOrder(dataset([4, 9, 1, 7], "chatter")).names).toHaveLength(5);
});
