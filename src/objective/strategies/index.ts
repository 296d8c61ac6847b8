import { TiltError } from "../../base/errors.ts";
import { chi2Constrained, chi2Penalized } from "./chi2.ts";
import { cvar } from "./cvar.ts";
import { doraInside } from "./dora_inside.ts";
import { doraOutside } from "./dora_outside.ts";
import { drDpo } from "./drdpo.ts";
import { erm } from "./erm.ts";
import { groupDro } from "./group_dro.ts";
import { iwDrDpo } from "./iw_drdpo.ts";
import { iwKlDro } from "./iw_kl_dro.ts";
import { klDro } from "./kl_dro.ts";
import { klDroConstrained } from "./kl_dro_constrained.ts";
import { klDpo } from "./kldpo.ts";
import { releasedRrhf } from "./released_rrhf.ts";
import { reweight, reweightSelfNormalised } from "./reweight.ts";
import { sharp } from "./sharp.ts";
import type { Strategy } from "./strategy.ts";

/** Every strategy, in the order the page lists them. Adding one here is all the registration there is. */
export const STRATEGIES: readonly Strategy[] = [
  erm,
  reweight,
  reweightSelfNormalised,
  klDro,
  klDroConstrained,
  doraInside,
  doraOutside,
  iwKlDro,
  sharp,
  drDpo,
  iwDrDpo,
  klDpo,
  chi2Penalized,
  chi2Constrained,
  cvar,
  groupDro,
  releasedRrhf,
];

/** @throws TiltError naming the known ids */
export function strategyById(id: string): Strategy {
  const found = STRATEGIES.find((strategy) => strategy.id === id);
  if (found) return found;
  throw new TiltError(`There is no strategy called "${id}".`, {
    where: "strategy",
    remedy: `Use one of: ${STRATEGIES.map((strategy) => strategy.id).join(", ")}.`,
  });
}
