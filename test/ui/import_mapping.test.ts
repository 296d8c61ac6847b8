/** The mapper's choices: layouts, members one at a time, what is still missing, and problems by reason. */
import { expect, it } from "vitest";
import { linkIn } from "../../src/ui/drop.ts";
import {
  inLayout,
  lacks,
  layoutOf,
  ruleLacks,
  ruleOf,
  withColumn,
  withMember,
  withoutResponse,
  withRule,
} from "../../src/ui/import/mapping.ts";
import { byReason } from "../../src/ui/import/reasons.ts";

const columns = [
  { name: "ask", kind: "text", meanLength: 40 },
  { name: "one", kind: "text", meanLength: 90 },
  { name: "two", kind: "text", meanLength: 90 },
  { name: "all", kind: "list", meanLength: 0 },
  { name: "fine", kind: "yes/no", meanLength: 0 },
] as const;

it("moves a mapping between layouts without losing what they have in common", () => {
  const pair = { prompt: "ask", chosen: "one", rejected: "two", weight: "w" };
  for (const layout of ["pair", "columns", "list", "joined", "judged"] as const) {
    const moved = inLayout(pair, layout, columns);
    expect(layoutOf(moved)).toBe(layout);
    expect(moved).toMatchObject({ prompt: "ask", weight: "w" });
    expect(lacks(moved, layout)).toBeNull();
  }
  expect(inLayout(pair, "judged", columns)).toMatchObject({ response: "one", label: "fine" });
  expect(inLayout({}, "columns", columns).responses).toEqual(["ask", "one"]);
  const inside = [
    { name: "answers", kind: "object", meanLength: 0 },
    { name: "answers[].id", kind: "list", meanLength: 0 },
    { name: "answers[].text", kind: "list", meanLength: 70 },
  ] as const;
  expect(inLayout({}, "list", inside).responses).toEqual(["answers[].text"]);
});

it("takes a response away with its author, score and probability, and leaves those of the others", () => {
  const mapping = {
    prompt: "q",
    responses: ["a", "b", "c"],
    sources: ["human", "", ""],
    sourceColumns: ["", "model_b", "model_c"],
    scores: ["", "x", ""],
    better: "w",
  };
  expect(withoutResponse(mapping, 1)).toEqual({
    prompt: "q",
    responses: ["a", "c"],
    sources: ["human", ""],
    sourceColumns: ["", "model_c"],
    better: "w",
  });
});

it("says what is missing", () => {
  expect(lacks({}, "pair")).toMatch(/preferred/);
  expect(lacks({ chosen: "a", rejected: "a" }, "pair")).toMatch(/different/);
  expect(lacks({ responses: ["a"] }, "columns")).toMatch(/two/);
  expect(lacks({ response: "a" }, "joined")).toMatch(/prompt/);
  expect(ruleLacks({ sourceRule: { kind: "text", pattern: "" } })).toMatch(/contain/);
  expect(ruleLacks({ sourceRule: { kind: "by-position", names: ["a"] } })).toMatch(/two/);
});

it("takes members away when they are empty, and keeps places in lists", () => {
  expect(withMember({ prompt: "a", chosen: "b" }, "prompt", "")).toEqual({ chosen: "b" });
  expect(withColumn(undefined, 1, "s", 2)).toEqual(["", "s"]);
  expect(withColumn(["", "s"], 1, "", 2)).toBeUndefined();
});

it("forgets a target that was named under another rule", () => {
  const before = { target: "bot", template: "hh", targetFile: { index: 1 } } as const;
  expect(ruleOf(before)).toBe("second-file");
  expect(withRule(before, "score")).toEqual({ template: "hh", sourceRule: { kind: "score", atLeast: 0 } });
  expect(withRule(before, "file")).toEqual({ template: "hh" });
});

it("puts problems together that differ in numbers only, what ends a file first, then the most frequent", () => {
  const at = (line: number, what: string, effect: "left-out" | "repaired" = "left-out") => ({
    file: "a",
    line,
    row: line,
    what,
    effect,
  });
  const end = { file: "a", what: "The archive is cut off.", effect: "left-out" } as const;
  const reasons = byReason([
    at(1, "No rejected response."),
    at(2, "This is not valid JSON at character 14."),
    at(5, "This is not valid JSON at character 9."),
    at(7, "No rejected response.", "repaired"),
    end,
  ]);
  expect(
    reasons.map(({ problems, effect }) => [
      problems.map((one) => ("line" in one ? one.line : undefined)),
      effect,
    ]),
  ).toEqual([
    [[undefined], "left-out"],
    [[2, 5], "left-out"],
    [[1], "left-out"],
    [[7], "repaired"],
  ]);
});

it("takes a text for a link when it is an address and nothing else", () => {
  for (const link of ["https://example.org/x.json", " hf://datasets/a/b/x.parquet\n", "ftp://example.org/x"])
    expect(linkIn(link)).toBe(link.trim());
  for (const text of [
    "https://",
    "see https://example.org/x",
    '{"a": "https://example.org"}',
    "a,b",
    "https://a b",
  ])
    expect(linkIn(text)).toBeNull();
});
