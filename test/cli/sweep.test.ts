/** `tilt sweep` and `tilt online`: what they refuse, and what they leave in a folder to go on with. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "../../src/cli/main.ts";
import { tableOfRounds } from "../../src/cli/online.ts";
import { seedsFrom } from "../../src/cli/sweep.ts";
import { canonicalSpec } from "../../src/experiment/canonical.ts";
import type { OnlineRound } from "../../src/experiment/online/round.ts";
import { tinySpec } from "../experiment/tiny.ts";

let folder = "";
const said: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tilt-sweep-"));
  said.length = 0;
  vi.spyOn(console, "log").mockImplementation((line) => void said.push(String(line)));
  vi.spyOn(console, "error").mockImplementation((line) => void said.push(String(line)));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

describe("tilt sweep", () => {
  it("runs a file, keeps every run, refuses to overwrite, and goes on with what is missing", async () => {
    const file = join(folder, "tiny.json");
    const out = join(folder, "out");
    const json = {
      base: canonicalSpec(tinySpec({ "train.steps": 2 })),
      axes: [{ field: "train.strategy", values: ["erm", "reweight"] }],
      seeds: [1, 2],
    };
    await writeFile(file, JSON.stringify(json));
    const again = ["sweep", file, "--out", out, "--backend", "cpu"];
    expect(await main(again)).toBe(0);
    const runs = await readdir(join(out, "runs"));
    expect(runs.length).toBe(4);
    const table = (await readFile(join(out, "table.csv"), "utf8")).trim().split("\n");
    expect(table.length).toBe(3);
    expect(table[2]).toMatch(/^Reweighting,eval_rewards\/accuracies,2,/);
    expect(said.join("\n")).toMatch(/3 left, about \d+ s/);

    expect(await main(again)).toBe(1);
    expect(said.at(-1)).toMatch(/A sweep is kept in this folder/);
    expect(await main(["sweep", "noise", "--out", out, "--resume"])).toBe(1);
    expect(said.at(-1)).toMatch(/Another sweep is kept/);

    await rm(join(out, "runs", runs[0]!));
    await writeFile(join(out, "runs", runs[1]!), "{");
    said.length = 0;
    expect(await main([...again, "--resume"])).toBe(0);
    expect(said.join("\n")).toMatch(/cut off; that run is done again[\s\S]*4 runs, 2 of them done/);
    expect(await readFile(join(out, "table.csv"), "utf8")).toBe(`${table.join("\n")}\n`);
  }, 30_000);

  it("says what it takes", async () => {
    expect(await main(["sweep"])).toBe(1);
    expect(said.at(-1)).toMatch(/ablation\|lambda\|noise\|minibatch\|self-training/);
    expect(await main(["sweep", "nothing"])).toBe(1);
    expect(said.at(-1)).toMatch(/Give a file, or a preset/);
    expect(seedsFrom("3")).toEqual([1, 2, 3]);
    expect(seedsFrom("4,9")).toEqual([4, 9]);
    expect(() => seedsFrom("x")).toThrow(/names no seeds/);
  });
});

it("tilt online tells the rounds in a table", () => {
  const written = {
    prompts: 5,
    responses: 10,
    scored: 5,
    humanReward: -0.5,
    annotatorReward: 1.25,
    modelScore: null,
    meanTokens: 20,
    samples: [],
  };
  const ratio = { auc: 0.9, essFraction: 0.5, meanHTarget: 1.5, meanHPolicy: 0.25, unitEssFraction: 0.4 };
  const round: OnlineRound = {
    round: 1,
    written,
    targetGroups: 3,
    policyGroups: 4,
    units: 9,
    ratio,
    after: { ...written, humanReward: -1 },
  };
  const lines = tableOfRounds([round]).split("\n");
  expect(lines.length).toBe(3);
  expect(lines[1]!.trim().split(/\s{2,}/)).toEqual(["start", "-0.500", "1.250", "–", "50 %"]);
  expect(lines[2]!.trim().split(/\s{2,}/)).toEqual([
    "1",
    "-1.000",
    "1.250",
    "–",
    "50 %",
    "0.900",
    "0.500",
    "0.250",
  ]);
});
