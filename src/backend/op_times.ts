/** Where a plan's time goes, from the times of its dispatches. */
import type { DispatchTime } from "./backend.ts";

/** All dispatches of one op, kernel and shape, added up. */
export interface OpTime {
  readonly op: string;
  readonly kernel: string;
  /** Sizes in words, such as "m 640, n 128, k 688". */
  readonly shape: string;
  readonly count: number;
  readonly milliseconds: number;
  /** Of the whole plan. */
  readonly share: number;
}

/** @param runs the same plan, timed several times: medians per dispatch are added up. Slowest first. */
export function opTimes(runs: readonly (readonly DispatchTime[])[]): OpTime[] {
  const kinds = new Map<string, Omit<OpTime, "share">>();
  let total = 0;
  runs[0]?.forEach(({ op, kernel, params }, i) => {
    const times = runs.map((run) => run[i]!.milliseconds).sort((a, b) => a - b);
    const milliseconds = times[times.length >> 1]!;
    const shape = Object.entries(params)
      .filter(([, value]) => Number.isInteger(value) && value > 1)
      .map(([name, value]) => `${name} ${value}`)
      .join(", ");
    const key = `${op}|${kernel}|${shape}`;
    const before = kinds.get(key);
    total += milliseconds;
    kinds.set(key, {
      op,
      kernel,
      shape,
      count: (before?.count ?? 0) + 1,
      milliseconds: (before?.milliseconds ?? 0) + milliseconds,
    });
  });
  return [...kinds.values()]
    .map((kind) => ({ ...kind, share: total > 0 ? kind.milliseconds / total : 0 }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}
