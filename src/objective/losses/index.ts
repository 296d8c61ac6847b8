import { TiltError } from "../../base/errors.ts";
import { cpo } from "./cpo.ts";
import { dpo } from "./dpo.ts";
import { dpoPl } from "./dpo_pl.ts";
import { exo, exoUnnormalised } from "./exo.ts";
import { hinge } from "./hinge.ts";
import { ipo } from "./ipo.ts";
import { kto } from "./kto.ts";
import { lire } from "./lire.ts";
import type { Loss } from "./loss.ts";
import { orpo } from "./orpo.ts";
import { rDpo } from "./r_dpo.ts";
import { robustDpo } from "./robust_dpo.ts";
import { rrhf } from "./rrhf.ts";
import { simpo } from "./simpo.ts";
import { slic } from "./slic.ts";

/** Every loss, in the order the page lists them. Adding one here is all the registration there is. */
export const LOSSES: readonly Loss[] = [
  dpo,
  robustDpo,
  rDpo,
  ipo,
  hinge,
  slic,
  simpo,
  cpo,
  orpo,
  exo,
  exoUnnormalised,
  dpoPl,
  rrhf,
  lire,
  kto,
];

/** @throws TiltError naming the known ids */
export function lossById(id: string): Loss {
  const found = LOSSES.find((loss) => loss.id === id);
  if (found) return found;
  throw new TiltError(`There is no loss called "${id}".`, {
    where: "loss",
    remedy: `Use one of: ${LOSSES.map((loss) => loss.id).join(", ")}.`,
  });
}
