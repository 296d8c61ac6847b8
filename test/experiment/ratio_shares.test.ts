import { expect, it } from "vitest";
import { isNumberList } from "../../src/experiment/number_list.ts";
import { mixtureOf, perSource, sharesByHand } from "../../src/experiment/ratio_shares.ts";

const COUNTED = [0.3, 0.5, 0.2];

it("keeps counted shares where nothing is set by hand", () => {
  expect(sharesByHand(COUNTED, { alpha: null, beta: "" })).toBe(COUNTED);
  expect(mixtureOf(COUNTED, { alpha: null, beta: " " })).toBeUndefined();
});

it("scales the others to what alpha leaves, in their own or in given proportions", () => {
  expect(mixtureOf(COUNTED, { alpha: 0.65, beta: "" })).toEqual({ alpha: 0.65, beta: [0.25, 0.1] });
  const { alpha, beta } = mixtureOf(COUNTED, { alpha: null, beta: "1, 3" })!;
  expect([alpha, ...beta].map((share) => Number(share.toFixed(12)))).toEqual([0.3, 0.175, 0.525]);
  expect(sharesByHand(COUNTED, { alpha: 1, beta: "" })).toEqual([1, 0, 0]);
});

it("wants one positive number for every synthetic source", () => {
  expect(perSource("", 2, "ratio.gamma")).toBeUndefined();
  expect(perSource("1.5,0.5", 2, "ratio.gamma")).toEqual([1.5, 0.5]);
  expect(() => perSource("1", 2, "ratio.gamma")).toThrow(/each synthetic source/);
  expect(() => sharesByHand(COUNTED, { alpha: null, beta: "1,2,3" })).toThrow(/each synthetic source/);
  expect(["1", " 0.5 , 2 ", "", "0,1", "1,,2", "a", "-1"].map(isNumberList)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
