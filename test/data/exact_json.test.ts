import fc from "fast-check";
import { expect, it } from "vitest";
import { exactJson } from "../../src/data/exact_json.ts";

const exact = (text: string): unknown => exactJson(text, JSON.parse(text));

it("keeps every digit of whole numbers, and nothing else is touched", () => {
  expect(exact('{"id": 1234567890123456789, "n": [-98765432109876543210]}')).toEqual({
    id: 1234567890123456789n,
    n: [-98765432109876543210n],
  });
  // What a double holds, or what is no whole number, stays one; digits within texts are texts.
  const same =
    '{"a\\\\": "\\"1234567890123456789", "b": 9007199254740991, "c": 0.12345678901234567890, "d": 1e300, "12345678901234567891": "\\\\"}';
  expect(exact(same)).toEqual(JSON.parse(same));
  const rounded = '{"x": 1234567890123456789.5, "y": 12345678901234567890e2}';
  expect(exact(rounded)).toEqual(JSON.parse(rounded));
});

it("is JSON.parse for any JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify({ long: "1234567890123456789", value }, null, 1);
      const plain = (of: unknown) =>
        JSON.parse(
          JSON.stringify(of, (_, item: unknown) => (typeof item === "bigint" ? Number(item) : item)),
        );
      expect(plain(exact(text))).toEqual(JSON.parse(text));
    }),
  );
});
