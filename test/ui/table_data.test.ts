import { describe, expect, test } from "vitest";
import { csvOf, isNumeric, type TableData } from "../../src/ui/chart/table_data.ts";
import { curveTable } from "../../src/ui/parts/curve_table.ts";

describe("CSV", () => {
  const table: TableData = {
    columns: [{ name: "prompt" }, { name: "loss", unit: "nats", decimals: 2 }, { name: "n" }],
    rows: [
      ['say "hi", twice', 1 / 3, 12],
      ["=1+1", Number.NaN, null],
      ["two\nlines", -0.5, 0],
    ],
  };

  test("quotes what needs it, keeps all digits, leaves gaps empty, and lets no text become a formula", () => {
    expect(csvOf(table)).toBe(
      [
        "prompt,loss (nats),n",
        '"say ""hi"", twice",0.3333333333333333,12',
        "'=1+1,,",
        '"two\nlines",-0.5,0',
        "",
      ].join("\r\n"),
    );
  });

  test("columns of numbers are known by their digits or their first number", () => {
    expect(table.columns.map((_, i) => isNumeric(table, i))).toEqual([false, true, true]);
    expect(isNumeric({ columns: [{ name: "a" }], rows: [[null], [null]] }, 0)).toBe(false);
  });
});

test("the table of curves has a row per step of any line, and a spread where there is a band", () => {
  const own = { short: "", key: "erm" };
  const table = curveTable({ unit: "nats", decimals: 1 }, [
    {
      ...own,
      id: "a",
      label: "ERM",
      points: [
        [0, 1],
        [10, 2],
      ],
    },
    {
      ...own,
      id: "b",
      label: "DoRA, 3 seeds",
      points: [
        [10, 5],
        [20, 6],
      ],
      band: [
        [10, 4, 6],
        [20, 5.5, 6.5],
      ],
    },
  ]);
  expect(table.columns.map(({ name }) => name)).toEqual([
    "step",
    "ERM",
    "DoRA, 3 seeds",
    "DoRA, 3 seeds, 1 sd",
  ]);
  expect(table.rows).toEqual([
    [0, 1, null, null],
    [10, 2, 5, 1],
    [20, null, 6, 0.5],
  ]);
});
