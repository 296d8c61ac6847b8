import type { GoldenCase } from "./case.ts";
import type { Comparison } from "./compare.ts";

/**
 * How one golden file is checked. A module in ./checks exports one of these as `check`; the file name is free, the
 * runner goes by `kind`. `Backend` stays generic so that this file needs nothing from the engine.
 */
export interface GoldenCheck<Backend = unknown> {
  /** Name of the golden file without ".json". */
  readonly kind: string;
  /** Compares our float64 code with every case. */
  float64(cases: readonly GoldenCase[], comparison: Comparison): void | Promise<void>;
  /** The same through WGSL kernels, in the browser project. */
  wgsl?(cases: readonly GoldenCase[], comparison: Comparison, backend: Backend): void | Promise<void>;
}

/** One line per golden file: `pairwise          55 cases    1375 numbers   worst rel err 3e-13`. */
export function reportLine(kind: string, cases: number, comparison: Comparison): string {
  const parts = [
    kind.padEnd(14),
    `${cases} cases`.padStart(10),
    `${comparison.compared} numbers`.padStart(16),
    `worst rel err ${comparison.worst.toExponential(0)}`.padStart(22),
  ];
  if (comparison.skipped.length > 0) parts.push(`  ${comparison.skipped.length} skipped`);
  if (comparison.misses.length > 0) parts.push(`  ${comparison.misses.length} MISSES`);
  return parts.join("");
}
