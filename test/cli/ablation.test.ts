/** The ablation's command on a tiny grid: rows are kept one by one, a second start goes on, and nothing is done twice. */
import { appendFile, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { between, partFrom, runAblationGrid } from "../../src/cli/ablation.ts";
import { armsOf, type Grid, partOf } from "../../src/experiment/ablation/grid.ts";
import { ABLATION, type AblationSettings } from "../../src/experiment/ablation/settings.ts";

const TINY: AblationSettings = {
  ...ABLATION,
  groups: 24,
  model: { dim: 8, layers: 1, heads: 2, hidden: 8 },
  base: { groups: 24, steps: 2, batch: 8, lr: 0.01 },
  sft: { steps: 1, batch: 8, lr: 0.01 },
  train: { steps: 2, batch: 8, lr: 0.01, beta: 0.5 },
  judge: { validation: 6, test: 6, samples: 4, referenceSamples: 8, kl: 1 },
};
const GRID: Grid = {
  seeds: [1, 2],
  conditions: [{ loss: "lire", corruption: 0.4, ratios: ["joint"], lambdas: [1] }],
};

describe("tilt ablation", () => {
  it("keeps every row and goes on where it stopped", { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "tilt-ablation-"));
    const out = join(folder, "ablation.json");
    const options = { out, part: 1, parts: 2, resume: false, backend: "cpu", cache: join(folder, "cache") };
    expect(await runAblationGrid(TINY, GRID, options)).toBe(0);
    const file = join(folder, "ablation.rows.1-of-2.jsonl");
    const first = await readFile(file, "utf8");
    const arms = armsOf(partOf(GRID, 0, 2));
    // One line for the seed's reference, and one per arm.
    expect(first.trim().split("\n")).toHaveLength(1 + arms.length);

    await expect(runAblationGrid(TINY, GRID, options)).rejects.toThrow(/--resume/);
    const other = { ...TINY, groups: 25 };
    await expect(runAblationGrid(other, GRID, { ...options, resume: true })).rejects.toThrow(
      /other settings/,
    );

    // A line that was cut off while it was written counts as not there.
    const lines = first.trimEnd().split("\n");
    await writeFile(file, `${lines.slice(0, -1).join("\n")}\n`);
    await appendFile(file, `${lines.at(-1)!.slice(0, 40)}\n`);
    expect(await runAblationGrid(TINY, GRID, { ...options, part: 1, parts: 1, resume: true })).toBe(0);
    expect((await readdir(folder)).filter((name) => name.endsWith(".jsonl"))).toHaveLength(2);
    const added = (await readFile(join(folder, "ablation.rows.1-of-1.jsonl"), "utf8")).trim().split("\n");
    const redone = added.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "arm");
    expect(redone).toHaveLength(1 + arms.length);
    // The same arm gives the same numbers again.
    const { seconds: _cost, ...cut } = JSON.parse(lines.at(-1)!);
    expect(redone.find(({ arm }) => arm.seed === 1)).toMatchObject(cut);

    const report = JSON.parse(await readFile(out, "utf8"));
    expect(report).toMatchObject({ wanted: 2 * arms.length, arms: 2 * arms.length, seeds: [1, 2] });
    const dora = report.cells.find(({ strategy }: { strategy: string }) => strategy === "dora_inside");
    expect(dora.metrics.accuracy.n).toBe(2);
    // Weights that see h leave the sources that are not the target behind.
    const reweighted = report.cells.find(({ strategy }: { strategy: string }) => strategy === "reweight");
    const plain = report.cells.find(({ strategy }: { strategy: string }) => strategy === "erm");
    expect(reweighted.metrics.onTarget.mean).toBeGreaterThan(plain.metrics.onTarget.mean);
    expect(await readFile(join(folder, "ablation.md"), "utf8")).toContain("| lire | 40 % | joint |");
  });

  it("puts its tables into the marked place of a page", () => {
    const once = between("# Page\n", "first");
    expect(once).toMatch(/^# Page\n\n<!-- .+ -->\nfirst\n<!-- .+ -->\n$/);
    expect(between(`${once}after\n`, "second")).toBe(`${once}after\n`.replace("first", "second"));
  });

  it("shares seeds out by parts, and says how a part is written", () => {
    expect(partFrom("2/3")).toEqual([2, 3]);
    for (const text of ["3/2", "0/2", "1", "x", "1/2/3", ""]) {
      expect(() => partFrom(text), text).toThrow(/Give 1\/2 and 2\/2/);
    }
  });
});
