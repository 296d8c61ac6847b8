/** The formula over the ratio's stage is that of the form and of the source in use. */
import { expect, it } from "vitest";
import { ratioFormula } from "../../src/ui/say/ratio_formula.ts";

it("is of the form asked for where the ratio is estimated, and of what was given elsewhere", () => {
  const words = (
    source: "classifier" | "true" | "file" | "weight",
    form: "mixture" | "averaged" | "released",
  ) => ratioFormula({ source, form }, 0.3).words;
  expect(words("classifier", "mixture")).toContain("that of the mixture");
  expect(words("classifier", "averaged")).toContain("mean over the sources");
  expect(words("classifier", "released")).toContain("odds against the target");
  // The form has no effect on these.
  expect(words("true", "averaged")).toBe(words("true", "mixture"));
  expect(words("file", "averaged")).toContain("the probability of being the target’s");
  expect(words("weight", "released")).toBe("h is the weight of the row");
});
