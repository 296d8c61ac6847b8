/** A run's name in lists: its strategy, with the settings that strategy has. */
import { strategyById } from "../objective/strategies/index.ts";
import { type Spec, strategyValues } from "./spec.ts";

/** For example "DoRA inside, λ 1" or "ERM". */
export function runName(spec: Spec): string {
  const strategy = strategyById(spec.train.strategy);
  const lambda = strategyValues(spec).lam;
  return lambda === undefined ? strategy.name : `${strategy.name}, λ ${lambda}`;
}
