/** The golden numbers of single kernels and of a whole tiny transformer, on WGSL. */
import { expect, it } from "vitest";
import type { GoldenFile } from "../goldens/case.ts";
import { reportLine } from "../goldens/check.ts";
import { check as ops } from "../goldens/checks/ops.ts";
import { check as transformer } from "../goldens/checks/transformer.ts";
import { newComparison } from "../goldens/compare.ts";
import opsFile from "../goldens/ops.json";
import transformerFile from "../goldens/transformer.json";
import { webgpuBackend } from "./backend.ts";

it.each([
  { check: ops, file: opsFile as unknown as GoldenFile },
  { check: transformer, file: transformerFile as unknown as GoldenFile },
])("$check.kind", async ({ check, file }) => {
  const comparison = newComparison();
  await check.wgsl!(file.cases, comparison, await webgpuBackend());
  console.log(reportLine(file.kind, file.cases.length, comparison));
  expect(comparison.misses.slice(0, 20)).toEqual([]);
  expect(comparison.compared).toBeGreaterThan(0);
});
