/** What the Play view says, computed from what was measured. */
import { type Interval, interval, isClear } from "../../base/statistics.ts";
import type { PlaneMetrics } from "../../worker/api.ts";
import { nameOf } from "../names.ts";
import { fixed, signed } from "../text.ts";

/** [seed][strategy], each seed's runs on one world. */
export type Seeds = readonly (readonly PlaneMetrics[])[];

/** Seeds from which on a difference is spoken of. */
const ENOUGH = 3;

/** Every strategy's difference to the first one, paired by seed. */
export function differences(seeds: Seeds, metric: "rew" | "rewK"): readonly Interval[] {
  const count = seeds[0]?.length ?? 0;
  return Array.from({ length: count }, (_, s) =>
    interval(seeds.map((run) => run[s]![metric] - run[0]![metric])),
  );
}

export function spread(seeds: Seeds, strategy: number, metric: "rew" | "rewK"): Interval | null {
  return seeds.length < ENOUGH ? null : interval(seeds.map((run) => run[strategy]![metric]));
}

const list = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

/** "Reweighting +0.74 ± 0.16 and DoRA +0.26 ± 0.16; DRO cannot be told from ERM". */
function compared(strategies: readonly string[], found: readonly Interval[]): string {
  const rest = strategies.map((_, s) => s).slice(1);
  const clear = rest.filter((s) => isClear(found[s]!));
  const equal = rest.filter((s) => !clear.includes(s));
  const told = clear.map(
    (s) => `${nameOf(strategies[s]!)} ${signed(found[s]!.mean, 2)} ± ${fixed(found[s]!.half, 2)}`,
  );
  const untold = `${list(equal.map((s) => nameOf(strategies[s]!)))} cannot be told from ${nameOf(strategies[0]!)}`;
  return [list(told), equal.length > 0 ? untold : ""].filter(Boolean).join("; ");
}

/** What several seeds say together; null while there are too few. */
export function finding(
  strategies: readonly string[],
  seeds: Seeds,
  shift: number,
): readonly string[] | null {
  if (seeds.length < ENOUGH) return null;
  const reward = differences(seeds, "rew");
  const direction = differences(seeds, "rewK");
  const n = `${seeds.length} seeds, against ${nameOf(strategies[0]!)}`;
  const lines = [
    `Human reward over ${n}: ${compared(strategies, reward)}.`,
    `At equal distance from the reference: ${compared(strategies, direction)}.`,
  ];
  if (shift !== 0) return lines;
  const apart = strategies.filter((_, s) => s > 0 && (isClear(reward[s]!) || isClear(direction[s]!)));
  const verdict =
    apart.length === 0
      ? "At shift 0 the panels should agree, and within seed noise they do."
      : `At shift 0 the panels should agree; ${list(apart.map(nameOf))} ${apart.length === 1 ? "does" : "do"} not.`;
  return [verdict, ...lines];
}

/** Where a policy stands against the two yardsticks, in one sentence. */
export function standing(
  strategy: string,
  { rew, weightBySource }: PlaneMetrics,
  step: number,
  yardsticks: { readonly referenceReward: number; readonly bestReward: number },
): string {
  const { referenceReward, bestReward } = yardsticks;
  const gap = rew - referenceReward;
  const place =
    Math.abs(gap) < 0.005
      ? "as good as the reference"
      : gap > 0
        ? "better than the reference"
        : "worse than the reference";
  return (
    `${nameOf(strategy)} at step ${step}: human reward ${fixed(rew, 2)}, ${place} (${fixed(referenceReward, 2)}); ` +
    `the best possible is ${fixed(bestReward, 2)}. ${Math.round(100 * weightBySource[0]!)} % of its weight lies on human pairs.`
  );
}
