import { describe, expect, test } from "vitest";
import { stream } from "../../src/base/random.ts";
import { defaultSpec } from "../../src/experiment/spec.ts";
import { cellText } from "../../src/ui/chart/table_data.ts";
import { routeOf } from "../../src/ui/route.ts";
import { rowAddressOf, rowFragment } from "../../src/ui/rows/address.ts";
import { knownColumns, roomFor } from "../../src/ui/rows/columns.ts";
import { chipsOf, withRange } from "../../src/ui/rows/filters.ts";
import {
  barsPath,
  binAt,
  chosenOf,
  countIn,
  rangeOf,
  rangeWords,
} from "../../src/ui/rows/histogram_layout.ts";
import { histogramTable } from "../../src/ui/rows/histogram_table.ts";
import { pagesOf } from "../../src/ui/rows/pager.ts";
import { bestOf, inPlaces, standings } from "../../src/ui/rows/standing.ts";
import { cutAt, evidenceMarks, stretchesOf } from "../../src/ui/rows/stretches.ts";
import { firstQuery, NO_FILTER } from "../../src/ui/state/state.ts";
import type { Span } from "../../src/worker/api.ts";
import { compare, inAll } from "../../src/worker/engine/row_compare.ts";
import { differenceOf, wordsOf } from "../../src/worker/engine/text_diff.ts";

const cut = (text: string, spans: readonly Span[]) => spans.map(({ from, to }) => text.slice(from, to));

describe("differences", () => {
  test("are the words that only one text has, joined where they are neighbours", () => {
    const a = "Keep the bread on the counter, not in the fridge.";
    const b = "Keep the old bread in a bag on the counter.";
    const { first, second, shared, rough } = differenceOf(a, b);
    expect(cut(a, first)).toEqual([", not in the fridge"]);
    expect(cut(b, second)).toEqual(["old", "in a bag"]);
    expect(rough).toBe(false);
    expect(shared).toBeCloseTo((12 - 5) / 12, 5);
  });

  test("what is left out on both sides leaves the same words, for any two texts", () => {
    const random = stream(3, "diff");
    for (let round = 0; round < 60; round++) {
      const make = () =>
        Array.from(
          { length: Math.floor(30 * random.uniform()) },
          () => "abcd"[Math.floor(4 * random.uniform())],
        ).join(" ");
      const [a, b] = [make(), make()];
      const { first, second } = differenceOf(a, b);
      const without = (text: string, spans: readonly Span[]) =>
        wordsOf(text)
          .filter(({ from }) => !spans.some((span) => from >= span.from && from < span.to))
          .map(({ key }) => key);
      expect(without(a, first)).toEqual(without(b, second));
    }
  });

  test("are none between equal texts, everything against an empty one", () => {
    expect(differenceOf("a b", "a b")).toEqual({ first: [], second: [], shared: 1, rough: false });
    expect(differenceOf("", "a b").second).toEqual([{ from: 0, to: 3 }]);
    expect(differenceOf("", "").shared).toBe(1);
  });

  test("texts too different to align are compared without their order, and say so", () => {
    const many = (word: string) => Array.from({ length: 1500 }, (_, i) => `${word}${i}`).join(" ");
    const { first, rough } = differenceOf(`${many("x")} end`, `end ${many("y")}`);
    expect(rough).toBe(true);
    expect(first).toHaveLength(1);
  });

  test("scripts without blanks are cut into words", () => {
    const [a, b] = ["今日は天気がいい", "今日は天気が悪い"];
    expect(cut(b, differenceOf(a, b).second).join("")).not.toContain("天気");
  });

  test("of many responses, the base shows what no other has; of a pinned row, the prompt differs too", () => {
    const group = (prompt: string, ...texts: string[]) => ({
      prompt,
      responses: texts.map((text) => ({
        text,
        words: 0,
        source: 0,
        score: null,
        estimate: null,
        evidence: null,
      })),
    });
    const open = group("How long?", "one two three four", "one two", "two three x");
    const { open: marks } = compare(open, null, { of: "open", response: 0 });
    expect(marks.map((one) => cut("one two three four", one.only))[0]).toEqual(["four"]);
    expect(marks.map(({ shared }) => shared)).toEqual([null, 0.5, 0.5]);
    const both = compare(open, group("How long, please?", "one"), { of: "pinned", response: 0 });
    expect(both.pinned[0]!.shared).toBeNull();
    expect(both.open).toHaveLength(3);
    expect([both.prompt, both.pinnedPrompt.length]).toEqual([[], 1]);
    expect(inAll([])).toEqual([]);
  });
});

describe("marked stretches", () => {
  test("give the whole text back, cut or not, and end before blanks", () => {
    const text = "ab  cd ef";
    const marks = [
      { from: 0, to: 4, mark: "x" },
      { from: 7, to: 9, mark: "y" },
    ];
    const all = stretchesOf(text, marks);
    expect(all.map(({ text: piece, mark }) => `${mark}:${piece}`)).toEqual(["x:ab", ":  cd ", "y:ef"]);
    expect(
      stretchesOf(text, marks, 8)
        .map(({ text: piece }) => piece)
        .join(""),
    ).toBe("ab  cd e");
  });

  test("the strongest words are marked, by sign and by strength", () => {
    const word = (i: number, nats: number) => ({ from: 3 * i, to: 3 * i + 3, nats });
    const marks = evidenceMarks([word(0, 0.9), word(1, -0.5), word(2, 0.001), word(3, 0.2)], String);
    expect(marks.map(({ mark }) => mark)).toEqual(["toward s3", "away s2"]);
    expect(evidenceMarks([word(0, 0)], String)).toEqual([]);
    expect(evidenceMarks([], String)).toEqual([]);
  });

  test("long texts are cut at a blank, texts a little too long are not", () => {
    expect(cutAt("a".repeat(110), 100)).toBe(110);
    expect(cutAt(`${"a".repeat(95)} ${"b".repeat(500)}`, 100)).toBe(95);
    expect(cutAt("a".repeat(600), 100)).toBe(100);
  });
});

describe("histograms that filter", () => {
  const edges = [0, 1, 2, 3, 4];
  test("bins and ranges say the same, open at the ends", () => {
    expect(rangeOf([0, 3], edges)).toBeNull();
    expect(rangeOf([0, 1], edges)).toEqual([-Infinity, 2]);
    expect(rangeOf([2, 3], edges)).toEqual([2, Infinity]);
    expect(chosenOf(undefined, edges)).toEqual([0, 3]);
    for (const chosen of [
      [0, 0],
      [1, 2],
      [3, 3],
      [0, 2],
    ] as const)
      expect(chosenOf(rangeOf(chosen, edges)!, edges)).toEqual(chosen);
    // A range set on other bins still covers one at least.
    expect(chosenOf([9, 10], edges)).toEqual([3, 3]);
    expect(chosenOf([-9, -8], edges)).toEqual([0, 0]);
  });

  test("places, counts, bars and words", () => {
    expect([binAt(-1, 4), binAt(0.5, 4), binAt(1, 4)]).toEqual([0, 2, 3]);
    expect(countIn([1, 2, 3, 4], [1, 2])).toBe(5);
    expect(barsPath([0, 2, 1], 2, 10)).toBe("M1.06 10v-10.00h0.88V10zM2.06 10v-5.00h0.88V10z");
    expect(rangeWords([1.5, 4.5], String, true)).toBe("2 to 4");
    expect(rangeWords([1.5, 2.5], String, true)).toBe("2");
    expect(rangeWords([-Infinity, 2.5], String, true)).toBe("2 or less");
    expect(rangeWords([-Infinity, 2], String, false)).toBe("below 2");
    expect(rangeWords([0.25, Infinity], String, false)).toBe("0.25 or more");
  });
});

describe("the table", () => {
  const all = ["length", "score", "margin", "loss", "h", "weight"] as const;
  test("shows what there is room for, the sorted column always", () => {
    expect(roomFor(1200, all, [])).toEqual({ row: true, columns: all });
    expect(roomFor(620, all, []).columns).toEqual(["h", "weight"]);
    expect(roomFor(620, all, ["score"]).columns).toEqual(["score", "weight"]);
    expect(roomFor(360, all, ["loss"])).toEqual({ row: false, columns: ["loss"] });
    expect(roomFor(360, all, []).columns).toEqual(["weight"]);
    expect(roomFor(360, [], []).columns).toEqual([]);
  });

  test("columns of one value are left out, but for those that say what a run did", () => {
    const bins = { edges: [0, 1], all: [1], matching: [1] };
    const row = { length: 3, score: 1, margin: 1, h: 1, weight: 1, loss: null } as never;
    expect(knownColumns({ columns: { loss: bins }, rows: [row] })).toEqual(["length", "loss", "h", "weight"]);
    expect(knownColumns(null)).toEqual([]);
  });

  test("every filter is a chip that takes back itself alone", () => {
    const query = {
      ...firstQuery(defaultSpec()),
      search: " tea ",
      filter: {
        source: 1,
        split: "held-out",
        flag: "leak",
        ranges: { h: [0.5, Infinity], length: [1.5, 9.5] },
      },
    } as const;
    const chips = chipsOf(query, (source) => `source ${source}`, {
      length: { edges: [0.5, 1.5], all: [1], matching: [1] },
    });
    expect(chips.map(({ words }) => words)).toEqual([
      "“tea”",
      "by source 1",
      "held-out rows",
      "held out, yet trained on",
      "h 0.50 or more",
      "length 2 to 9 words",
    ]);
    const left = chips.map(({ without }) => chipsOf({ ...query, ...without }, String).length);
    expect(left).toEqual([5, 5, 5, 5, 5, 5]);
    expect(withRange({ h: [1, 2] }, "h", null)).toEqual({});
    expect(chipsOf({ ...query, search: " ", filter: NO_FILTER }, String)).toEqual([]);
  });

  test("pages are counted from 1, and there is always one", () => {
    expect(pagesOf(0, 0)).toEqual({ page: 1, pages: 1, first: 0, last: 0 });
    expect(pagesOf(50, 101)).toEqual({ page: 2, pages: 3, first: 51, last: 100 });
    expect(pagesOf(100, 101)).toEqual({ page: 3, pages: 3, first: 101, last: 101 });
  });
});

test("standing: by scores, by judgements, by nothing", () => {
  const of = (scores: (number | null)[], preferences: [number, number][] = []) =>
    standings({ responses: scores.map((score) => ({ score })) as never, preferences });
  expect(of([0, 1])).toEqual(["other", "preferred"]);
  expect(of([3, 1, 3, 2])).toEqual(["preferred", "place 4", "preferred", "place 3"]);
  expect(of([1, 1])).toEqual(["tied", "tied"]);
  expect(of([null, null, null], [[2, 0]])).toEqual(["other", "tied", "preferred"]);
  expect(of([1, null])).toEqual(["", ""]);
  expect(of([1])).toEqual([""]);
  expect(inPlaces(of([3, 1, 3, 2]))).toEqual([0, 2, 3, 1]);
  expect(inPlaces(of([0, 1]))).toEqual([1, 0]);
  expect(inPlaces(["", "", ""])).toEqual([0, 1, 2]);
  expect([bestOf(["other", "preferred"]), bestOf(["", ""])]).toEqual([1, 0]);
});

test("a row's address comes back; other addresses name no row", () => {
  const fragment = rowFragment("0a1b2c3d4e5f", { id: "g", row: 17 });
  expect(fragment).toBe("#/workbench/row/0a1b2c3d/17");
  expect(rowAddressOf(routeOf(fragment))).toEqual({ dataset: "0a1b2c3d", row: "17" });
  // Several files have a row 17 each.
  const second = rowFragment("0a1b2c3d4e5f", { id: "2:17", row: 17 });
  expect(rowAddressOf(routeOf(second))).toEqual({ dataset: "0a1b2c3d", row: "2:17" });
  for (const other of [
    "#/workbench",
    "#/play/row/0a1b2c3d/17",
    "#/workbench/row/0a1b2c3d/0",
    "#/workbench/row/xyz/1",
  ])
    expect(rowAddressOf(routeOf(other))).toBeNull();
});

test("the table behind the histograms names whole numbers as they are, other bins by their edges, and open ends by nothing", () => {
  const bins = (edges: number[]) => ({ edges, all: [3, 2, 1], matching: [1, 0, 1] });
  const { columns, rows } = histogramTable({ length: bins([0.5, 2.5, 4.5, 6.5]), h: bins([0, 0.5, 1, 1.5]) });
  expect(columns.map(({ name }) => name)).toEqual(["column", "from", "to", "all rows", "rows that match"]);
  expect(rows).toEqual([
    ["length, words", null, 2, 3, 1],
    ["length, words", 3, 4, 2, 0],
    ["length, words", 5, null, 1, 1],
    ["h", null, 0.5, 3, 1],
    ["h", 0.5, 1, 2, 0],
    ["h", 1, null, 1, 1],
  ]);
  expect(columns.slice(1, 3).map(({ decimals }) => decimals)).toEqual(Array(2).fill([0, 0, 0, 1, 1, 1]));
  const [, of] = histogramTable({
    length: bins([9, 14.5, 20, 25.5]),
    h: bins([0.1, 0.1 + 0.2, 0.5, 1 / 3]),
  }).columns;
  expect(of!.decimals).toEqual([1, 1, 1, 3, 3, 3]);
});

test("a table behind a figure writes numbers with the digits of their row", () => {
  const from = { name: "from", decimals: [1, 0, 2] };
  expect([20, 1200, null].map((cell, row) => cellText(cell, from, row))).toEqual(["20.0", "1\u202f200", "–"]);
  const rows = { name: "rows" };
  expect([1200, 14.5, "h"].map((cell) => cellText(cell, rows, 0))).toEqual(["1\u202f200", "14.500", "h"]);
});
