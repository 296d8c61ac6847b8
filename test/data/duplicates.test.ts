import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.ts";
import type { Group } from "../../src/data/dataset.ts";
import { FLAG, findCopies, flagRows } from "../../src/data/duplicates.ts";
import { importFiles } from "../../src/data/import.ts";
import { nearClasses } from "../../src/data/near_texts.ts";
import { looseKey } from "../../src/data/text_print.ts";
import { describeShared, sharedPath } from "../shared.ts";
import { fileAt } from "./helpers.ts";

const group = (prompt: string, ...texts: [string, number][]): Group => ({
  id: prompt,
  prompt,
  row: 1,
  responses: texts.map(([text, source]) => ({ text, source, score: null })),
});

describe("copies", () => {
  const groups = [
    group("What is it?", ["a", 0], ["b", 1]),
    group("what is it", ["a", 1], ["c", 1]),
    group("What is it?", ["c", 1], ["d", 1]),
    group("?", ["e", 0], ["f", 1]),
    group("!", ["g", 0], ["h", 1]),
  ];

  it("flags repeated prompts and responses, those in other dress, and those under several sources", async () => {
    const copies = await findCopies(groups);
    expect([...copies.promptExact]).toEqual([0, 1, 0, 3, 4]);
    expect([...copies.promptNear]).toEqual([0, 0, 0, 3, 4]);
    const { prompt, response, nearPrompt, acrossSources } = FLAG;
    expect([...flagRows(groups, copies)]).toEqual([
      prompt | nearPrompt | response | acrossSources,
      nearPrompt | response | acrossSources,
      prompt | nearPrompt | response,
      0,
      0,
    ]);
  });

  it("finds held-out prompts that training has in other dress", async () => {
    const flags = flagRows(groups, await findCopies(groups), { train: [0, 2, 3], heldOut: [1, 4] });
    expect([...flags].map((flag) => (flag & FLAG.leak) > 0)).toEqual([false, true, false, false, false]);
    expect(looseKey("Ｗhat’s up?")).toBe(looseKey("whats UP"));
    expect(looseKey("?")).not.toBe(looseKey("!"));
  });
});

describe("near copies", () => {
  const random = stream(2, "test/near");
  const sentence = (words: number) => Array.from({ length: words }, () => `w${random.below(5000)}`).join(" ");

  it("joins texts that differ in a word or two, and no others", async () => {
    const texts = Array.from({ length: 400 }, () => sentence(60));
    const copies = texts.slice(0, 100).map((text) => text.toUpperCase().replace(/^\S+ /, "Well, "));
    const half = texts.slice(100, 200).map((text) => `${text.slice(0, text.length / 2)} ${sentence(30)}`);
    const { classes } = await nearClasses([...texts, ...copies, ...half]);
    const found = copies.filter((_, i) => classes[400 + i] === i).length;
    expect(found).toBeGreaterThan(95);
    half.forEach((_, i) => {
      expect(classes[500 + i]).toBe(500 + i);
    });
    texts.forEach((_, i) => {
      expect(classes[i]).toBe(i);
    });
  });

  it("has no opinion on texts without words, and takes many equal ones in its stride", async () => {
    expect([...(await nearClasses(["", "?!", "", "…"])).classes]).toEqual([0, 1, 2, 3]);
    const { classes: same } = await nearClasses(
      Array.from({ length: 20_000 }, () => "the very same few words"),
    );
    expect(same.every((one) => one === 0)).toBe(true);
  });
});

describe("a comparison of many rows", () => {
  // Nearly one text, but for words that make them too different to be copies: all of them meet in the same buckets.
  const shared = "the same old story told again by the same old people in the same old words";
  const crowd = Array.from({ length: 2000 }, (_, i) =>
    group(`Tell ${i % 1990}`, [`${shared} ${i} ${i + 1} ${i + 2} ${i + 3}`, 0], ["no", 1]),
  );

  it("says how far it is, and which texts it could not compare with all that look alike", async () => {
    const told: number[] = [];
    const copies = await findCopies(crowd, { onProgress: (done) => told.push(done), breath: 0 });
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.every((done) => done >= 0 && done <= 1)).toBe(true);
    expect(copies.unsure).toBeGreaterThan(1000);
    // What is exact stays so.
    expect(copies.promptExact[1995]).toBe(5);
    expect(new Set([...copies.responseExact].filter((_, r) => r % 2 === 1))).toEqual(new Set([1]));
  });

  it("can be cancelled", async () => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const going = findCopies(crowd, {
      signal: stop.signal,
      onProgress: () => stop.abort(reason),
      breath: 0,
    });
    await expect(going).rejects.toBe(reason);
  });
});

describeShared("duplicates in real data", () => {
  it("counts the repeated texts that the reference counts", async () => {
    const { dataset } = await importFiles([fileAt(sharedPath("data", "hc3", "wiki_csai.jsonl"))]);
    const { responseExact, responseNear } = await findCopies(dataset.groups);
    expect(responseExact.length - new Set(responseExact).size).toBe(71);
    expect(new Set(responseNear).size).toBeLessThanOrEqual(new Set(responseExact).size);
  });
});
