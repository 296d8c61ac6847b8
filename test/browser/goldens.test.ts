/** Golden numbers through WGSL, every case, at the tolerances of the goldens' README for float32. */
import { files, folder } from "virtual:goldens";
import { afterAll, describe, expect, it } from "vitest";
import type { Backend } from "../../src/backend/backend.ts";
import { type GoldenCheck, reportLine } from "../goldens/check.ts";
import { newComparison } from "../goldens/compare.ts";
import { webgpuBackend } from "./backend.ts";

const modules = import.meta.glob<{ check: GoldenCheck<Backend> }>("../goldens/checks/*.ts", { eager: true });
const checks = new Map(Object.values(modules).map(({ check }) => [check.kind, check]));

/** Golden files about numbers that never reach the GPU: statistics of the ratio model, and file formats. */
const CPU_ONLY = ["calibration", "formats", "metrics"];

describe(`golden numbers in ${folder}, WGSL`, () => {
  const lines: string[] = [];
  afterAll(() => console.log(`\n${lines.join("\n")}\n`));

  for (const file of files) {
    const check = checks.get(file.kind);
    if (!check?.wgsl) {
      const why = CPU_ONLY.includes(file.kind) ? "CPU only by design" : "NOT COVERED";
      lines.push(`${file.kind.padEnd(14)}${`${file.cases.length} cases`.padStart(10)}   ${why}`);
      it.skip(`${file.kind}: ${why}`, () => {});
      continue;
    }
    it(`${file.kind}, ${file.cases.length} cases`, { timeout: 120_000 }, async () => {
      const comparison = newComparison();
      await check.wgsl!(file.cases, comparison, await webgpuBackend());
      lines.push(reportLine(file.kind, file.cases.length, comparison));
      lines.push(...comparison.skipped.map((text) => `    skipped ${text}`));
      expect(comparison.misses.slice(0, 20)).toEqual([]);
      expect(comparison.compared).toBeGreaterThan(0);
    });
  }
});
