import { expect, test } from "vitest";
import { problemOf, TiltError } from "../../src/base/errors.ts";
import { placeOf } from "../../src/ui/parts/import_problems.ts";
import {
  brief,
  bytes,
  count,
  duration,
  fixed,
  fractionDone,
  integer,
  percent,
  plain,
  signed,
} from "../../src/ui/text.ts";
import { pack, unpack } from "../../src/worker/problems.ts";

test("numbers are written for people", () => {
  expect(integer(1482)).toBe("1\u202f482");
  expect(integer(-1234567)).toBe("−1\u202f234\u202f567");
  expect(fixed(-0.001, 2)).toBe("0.00");
  expect(fixed(null, 2)).toBe("–");
  expect(fixed(Number.NEGATIVE_INFINITY, 2)).toBe("−∞");
  expect(signed(0.634, 2)).toBe("+0.63");
  expect(signed(-1.05, 2)).toBe("−1.05");
  expect(percent(0.583)).toBe("58 %");
  expect(brief(0.01234)).toBe("0.0123");
  expect(brief(1e-5)).toBe("1.0e−5");
  expect(plain(0.05)).toBe("0.05");
  expect(plain(20)).toBe("20");
});

test("counts and times say their unit", () => {
  expect(count(1, "row")).toBe("1 row");
  expect(count(2, "strategy", "strategies")).toBe("2 strategies");
  expect(bytes(999)).toBe("999 bytes");
  expect(bytes(2_100_000)).toBe("2.1 MB");
  expect(duration(125)).toBe("2 min 5 s");
  expect(duration(Number.NaN)).toBe("–");
});

test("a run's fraction never goes back from stage to stage", () => {
  const stages = ["data", "ratio", "sft", "reference", "train", "evaluate"] as const;
  const all = stages.flatMap((stage) =>
    [0, 5, 10].map((done) =>
      fractionDone({ status: "running", progress: { stage, done, of: 10, note: "" } }),
    ),
  );
  expect(all).toEqual(all.toSorted((a, b) => a - b));
  expect(all.at(-1)).toBeCloseTo(1);
  expect(fractionDone({ status: "done", progress: null })).toBe(1);
});

test("a problem keeps its place and remedy across the worker boundary", () => {
  const thrown = new TiltError("It broke.", { where: "train.lr", remedy: "Lower it." });
  const over = unpack(structuredClone(pack(thrown)));
  expect(over).toBeInstanceOf(TiltError);
  expect(problemOf(over)).toEqual({ what: "It broke.", where: "train.lr", remedy: "Lower it." });
  expect(problemOf(unpack(structuredClone(pack(new TypeError("x is not a function")))))).toEqual({
    what: "x is not a function",
  });
  expect(problemOf(unpack(pack("a text")))).toEqual({ what: "a text" });
});

test("a problem in a file names file, line and field", () => {
  const about = { what: "", effect: "left-out" } as const;
  expect(placeOf({ ...about, file: "a.jsonl", line: 1017, row: 17, field: "rejected" })).toBe(
    "a.jsonl, line 1\u202f017, field rejected",
  );
  expect(placeOf({ ...about, file: "a.json", row: 3 })).toBe("a.json, row 3");
});
