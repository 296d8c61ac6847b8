/** Packed links travel between Node and the browser, whose deflate need not write the same bytes. */
import { expect, it } from "vitest";
import { decodeLink, encodeLink } from "../../src/experiment/link.ts";
import { pack } from "../../src/experiment/link-packed.ts";
import { parseSpec } from "../../src/experiment/spec.ts";

const SPEC = { train: { strategy: "erm", lambda: 0.3 }, seed: 7 };

it("reads a link that Node packed", async () => {
  const link =
    "#z1=FchLCoAwDAXAq8hbF1FcCDmAS-8QbZBCP5IGQUrvLs5yGuotJ6jhEa2hZNDsYMoh_1lN2eR6QRBNcIicDs-gaVy6QxXxoLU7WLAoIGxa0rAXL-gf";
  expect(await decodeLink(link)).toEqual({ spec: parseSpec(SPEC), title: "From Node" });
});

it("reads what it writes", async () => {
  const content = { spec: parseSpec(SPEC), title: "t".repeat(120), hide: Array(60).fill("train.lambda") };
  const link = await encodeLink(content, location.href);
  expect(link.form).toBe("packed");
  expect(await decodeLink(link.url)).toEqual(content);
});

it("does not unpack a bomb", async () => {
  const bomb = `#z1=${await pack("0".repeat(20_000_000))}`;
  await expect(decodeLink(bomb)).rejects.toThrow("300 kB");
});
