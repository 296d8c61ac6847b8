import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { GoldenFile } from "./case.ts";
import { type GoldenCheck, reportLine } from "./check.ts";
import { newComparison } from "./compare.ts";

/** Any folder of files of the same schema will do. */
const folder = resolve(process.env.TILT_GOLDENS ?? import.meta.dirname);

const modules = import.meta.glob<{ check: GoldenCheck<never> }>("./checks/*.ts", { eager: true });
const checks = new Map(Object.values(modules).map(({ check }) => [check.kind, check]));

describe(`golden numbers in ${folder}, float64`, () => {
  const lines: string[] = [];
  afterAll(() => console.log(`\n${lines.join("\n")}\n`));
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

  it("finds golden files", () => expect(names).not.toEqual([]));

  for (const name of names.sort()) {
    const file = JSON.parse(readFileSync(join(folder, name), "utf8")) as GoldenFile;
    const check = checks.get(file.kind);
    if (!check) {
      lines.push(`${file.kind.padEnd(14)}${`${file.cases.length} cases`.padStart(10)}   NOT COVERED`);
      it.skip(`${file.kind}: not covered, no check of this kind`, () => {});
      continue;
    }
    it(`${file.kind}, ${file.cases.length} cases`, async () => {
      expect(file.schema).toBe("goldens/1");
      const comparison = newComparison();
      await check.float64(file.cases, comparison);
      lines.push(reportLine(file.kind, file.cases.length, comparison));
      lines.push(...comparison.skipped.map((text) => `    skipped ${text}`));
      expect(comparison.misses.slice(0, 20)).toEqual([]);
      expect(comparison.compared).toBeGreaterThan(0);
    });
  }
});
