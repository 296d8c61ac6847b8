/** Holds the import arrows of the house, and shows on small samples that breaking one is noticed. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { NETWORK, violations } from "./layers/rules.ts";

const src = join(import.meta.dirname, "../src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"));

test("every file under src keeps to its layer", () => {
  expect(files).toContain("base/errors.ts");
  const broken = files.flatMap((file) => violations(file, readFileSync(join(src, file), "utf8")));
  expect(broken).toEqual([]);
});

test("the files that may reach the network do, so that the list holds no more than it must", () => {
  for (const file of NETWORK.fetch!.filter((name) => name.endsWith(".ts")))
    expect(readFileSync(join(src, file), "utf8")).toMatch(/\bfetch\(/);
});

describe("what is noticed", () => {
  const wrong: [file: string, source: string, message: string][] = [
    ["ops/a.ts", 'import { x } from "../model/b.ts";', "ops may not import model/b.ts: that is not below it"],
    ["base/a.ts", 'export * from "../ops/b.ts";', "base may not import ops/b.ts"],
    ["model/a.ts", 'const b = await import("../worker/b.ts");', "model may not import worker/b.ts"],
    ["model/a.ts", "const b = await import(path);", "is not in the table of packages"],
    ["model/a.ts", 'type B = import("../experiment/b.ts").B;', "model may not import experiment/b.ts"],
    [
      "ratio/a.ts",
      'import type { B } from "../objective/b.ts";',
      "ratio may not import objective/b.ts: a neighbour",
    ],
    ["ratio/a.ts", 'import { pairsOf } from "../data/dataset.ts";', "ratio may not import data/dataset.ts"],
    ["experiment/a.ts", 'import.meta.glob("../ui/*.ts");', "experiment may not import ui/*.ts"],
    [
      "experiment/a.ts",
      'new URL("../worker/w.ts", import.meta.url);',
      "experiment may not import worker/w.ts",
    ],
    ["ui/a.ts", 'import { open } from "../backend/open.ts";', "ui may not import backend/open.ts"],
    ["ui/a.ts", 'import { run } from "../experiment/runner.ts";', "experiment/runner.ts, only its types"],
    ["ui/a.ts", "let device: GPUDevice;", "the page never touches GPUDevice"],
    ["experiment/a.ts", 'import { wrap } from "comlink";', "experiment may not import comlink, only worker"],
    ["data/a.ts", 'import { get } from "idb-keyval";', "data may not import idb-keyval"],
    ["worker/a.ts", 'import { html } from "lit/html.js";', "worker may not import lit, only ui"],
    ["model/a.ts", 'import { x } from "left-pad";', "left-pad is not in the table of packages"],
    ["experiment/a.ts", 'import fs from "node:fs";', "only cli may import Node's node:fs"],
    ["experiment/a.ts", 'import { join } from "path";', "only cli may import Node's path"],
    ["objective/a.ts", "export const f = () => document.title;", "objective may not use document"],
    ["worker/a.ts", "globalThis.localStorage.clear();", "worker may not use localStorage"],
    ["worker/a.ts", "export const f = () => fetch(address);", "src/worker/a.ts may not use fetch"],
    ["ui/a.ts", "self.importScripts(address);", "src/ui/a.ts may not use importScripts"],
    ["worker/engine/web.ts", "navigator.sendBeacon(address);", "nothing is sent anywhere"],
    ["worker/engine/web.ts", "new WebSocket(address);", "may not use WebSocket"],
    ["data/a.ts", "const home = process.env.HOME;", "data may not use process"],
    ["data/a.ts", "const x = Math.random();", "random numbers come from src/base/random.ts"],
    ["data/a.ts", "const { random } = Math;", "random numbers come from src/base/random.ts"],
    ["ops/a.ts", "const s = `@compute fn main() {}`;", "WGSL belongs in shaders/"],
    ["ops/a.ts", 'import x from "../../test/x.ts";', "test/x.ts is outside src"],
    ["misc/a.ts", "export {};", "src/misc is not in the table of layers"],
  ];
  test.each(wrong)("%s: %s", (file, source, message) => {
    expect(violations(file, `\n${source}\n`)).toContainEqual(expect.stringContaining(message));
  });

  test("the line is the line of the import", () => {
    const source = 'import { a } from "./a.ts";\n\n// words\nimport { b } from "../ui/b.ts";\n';
    expect(violations("data/x.ts", source)).toEqual([
      "src/data/x.ts:4: data may not import ui/b.ts: that is not below it",
    ]);
  });
});

describe("what is allowed", () => {
  const right: [file: string, source: string][] = [
    [
      "ops/a.ts",
      'import { x } from "../backend/contract.ts"; import shader from "../../shaders/a.wgsl?if=f16";',
    ],
    ["ratio/a.ts", 'import { type Dataset } from "../data/dataset.ts";'],
    ["worker/a.ts", 'import { run } from "../experiment/runner.ts"; import { expose } from "comlink";'],
    ["worker/engine/web.ts", "export const f = (address: string) => fetch(address);"],
    ["cli/a.ts", 'import { readFile } from "node:fs/promises"; process.exit(0);'],
    [
      "ui/a.ts",
      'import { connect } from "../worker/client.ts"; import type { Run } from "../experiment/runner.ts";',
    ],
    [
      "ops/a.ts",
      "interface Mask { window: number } const f = (window: number) => ({ window, document: mask.document });",
    ],
    ["model/a.ts", "// @compute @group(0) document Math.random()\nconst re = /@compute/;"],
  ];
  test.each(right)("%s: %s", (file, source) => {
    expect(violations(file, source)).toEqual([]);
  });
});
