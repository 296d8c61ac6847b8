/** Unrolling before linking. */
import { describe, expect, it } from "vitest";
import { expandRepeats } from "../../src/backend/webgpu/repeat.ts";

describe("expandRepeats", () => {
  it("writes the body out, without its braces", () => {
    expect(expandRepeats("@repeat(i, 3) { var c#i = #i; }")).toBe("var c0 = 0;  var c1 = 1;  var c2 = 2;");
  });

  it("takes counts from the variant's constants", () => {
    expect(expandRepeats("@repeat(row, rows) { a#row; }", { rows: 2 })).toBe("a0;  a1;");
  });

  it("nests, and ends a name at an underscore", () => {
    expect(expandRepeats("@repeat(i, 2) { @repeat(j, 2) { c#i_#j; } }")).toBe("c0_0;  c0_1;  c1_0;  c1_1;");
  });

  it("does not mistake #i for the start of another name", () => {
    expect(expandRepeats("@repeat(i, 1) { @repeat(in, 1) { #i #in } }")).toBe("0 0");
  });

  it("keeps braces inside the body and drops comments, which would swallow the next copy", () => {
    expect(expandRepeats("@repeat(i, 2) {\n  if (x) { y#i; } // why\n}\nafter")).toBe(
      "if (x) { y0; }  if (x) { y1; }\n\n\nafter",
    );
  });

  it("leaves what follows on its line", () => {
    const text = "one\n@repeat(i, 4) {\n  a#i;\n  b#i;\n}\nsix";
    expect(expandRepeats(text).split("\n")[5]).toBe("six");
  });

  it("leaves text without blocks alone", () => {
    expect(expandRepeats("let a = 1u; // #i")).toBe("let a = 1u; // #i");
  });

  it("names the line of a block that is not closed, or counts to an unknown constant", () => {
    expect(() => expandRepeats("\n@repeat(i, 2) { a")).toThrow("line 2");
    expect(() => expandRepeats("\n\n@repeat(i, many) { a; }")).toThrow('line 3: @repeat counts to "many"');
  });
});
