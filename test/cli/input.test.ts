/** The data of a command: what the spec makes, or what was given. */
import { expect, it } from "vitest";
import { datasetFor } from "../../src/cli/input.ts";
import { chatterWorld } from "../../src/data/worlds/chatter.ts";
import { withField } from "../../src/experiment/spec.ts";
import { tinySpec } from "../experiment/tiny.ts";

it("is made where the spec says how, given where it names a file, and asked for otherwise", () => {
  const given = chatterWorld({ groups: 3 });
  expect(datasetFor(tinySpec(), given).groups).toHaveLength(60);
  const file = withField(tinySpec(), "data.source", `file:${"0".repeat(64)}`);
  expect(datasetFor(file, given)).toBe(given);
  expect(() => datasetFor(file, undefined)).toThrow(/--data/);
});

it("says where Plane is trained, instead of asking for a file", () => {
  const plane = withField(tinySpec(), "data.source", "builtin:plane");
  expect(() => datasetFor(plane, undefined)).toThrow(/data.source — Plane is trained in the page/);
});
