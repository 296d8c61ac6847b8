import { TiltError } from "../../base/errors.ts";
import { doraInside } from "./dora_inside.ts";
import { erm } from "./erm.ts";
import { klDro } from "./kl_dro.ts";
import { reweight, reweightSelfNormalised } from "./reweight.ts";
import type { Strategy } from "./strategy.ts";

/** Every strategy, in the order the page lists them. Adding one here is all the registration there is. */
export const STRATEGIES: readonly Strategy[] = [erm, reweight, reweightSelfNormalised, klDro, doraInside];

/** @throws TiltError naming the known ids */
export function strategyById(id: string): Strategy {
  const found = STRATEGIES.find((strategy) => strategy.id === id);
  if (found) return found;
  throw new TiltError(`There is no strategy called "${id}".`, {
    where: "strategy",
    remedy: `Use one of: ${STRATEGIES.map((strategy) => strategy.id).join(", ")}.`,
  });
}
