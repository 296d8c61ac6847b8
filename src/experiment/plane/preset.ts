/** The experiment of the Plane world as it was published and as the page first shows it; lessons vary it. */
import { defaultSpec, type FieldValue, type Spec, withFields } from "../spec.ts";

/** The four strategies of the page, in the order that never changes. */
export const PLANE_STRATEGIES = ["erm", "reweight", "kl_dro", "dora_inside"] as const;

/** Where it differs from the defaults of every spec. */
const PUBLISHED: Readonly<Record<string, FieldValue>> = {
  "data.source": "builtin:plane",
  "data.shift": 1,
  "ratio.source": "true",
  // The published weights are not clipped; with a share of 2 % the exact ratio still stays below this.
  "ratio.hMax": 1000,
  "train.lossParams.beta": 1,
  "train.steps": 300,
  "train.batch": 64,
  "train.lr": 0.01,
  "train.warmup": 0,
  "train.clip": 0,
};

/**
 * A spec of Plane: 1,000 pairs, shares .3 human, .5 tilted, .2 scrape, shift 1, kappa 1, exact joint ratio, DPO with
 * beta 1, hidden 6, 300 Adam steps of 64 pairs at .01.
 * @param changes fields by path ("data.shift", "train.lambda", "model.planeHidden", …)
 * @throws TiltError naming a field that cannot be so
 */
export function planeSpec(changes: Readonly<Record<string, FieldValue>> = {}): Spec {
  return withFields(withFields(defaultSpec(), PUBLISHED), changes);
}
