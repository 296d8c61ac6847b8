/** Runs arms in order, making what they share once, and hands each result out as soon as it is there. */
import type { Backend } from "../../backend/backend.ts";
import type { Control } from "../control.ts";
import type { Pretrained } from "../pretrained.ts";
import { type Arm, armKey } from "./grid.ts";
import type { AblationSettings } from "./settings.ts";
import { type Outcome, openTrial, type Start, type Trial } from "./trial.ts";

/** One line of the results. */
export type AblationRow =
  | { readonly kind: "start"; readonly seed: number; readonly start: Start }
  | { readonly kind: "arm"; readonly arm: Arm; readonly outcome: Outcome };

/**
 * Yields a row per arm that is not done, and one per seed for its reference and ratio.
 * @param done keys of arms whose rows are there already (armKey)
 * @throws Stopped when the control was stopped; rows yielded before stay good
 */
export async function* runAblation(
  backend: Backend,
  settings: AblationSettings,
  pretrained: Pretrained,
  arms: readonly Arm[],
  done: ReadonlySet<string>,
  control: Control,
): AsyncGenerator<AblationRow, void, void> {
  // A seed's reference and scores are a few MB: all are kept, since arms come by corruption before seed.
  const trials = new Map<number, Trial>();
  for (const arm of arms) {
    if (done.has(armKey(arm))) continue;
    let trial = trials.get(arm.seed);
    if (!trial) {
      trial = await openTrial(backend, settings, pretrained, arm.seed, control);
      trials.set(arm.seed, trial);
      yield { kind: "start", seed: arm.seed, start: trial.start };
    }
    yield { kind: "arm", arm, outcome: await trial.run(arm, control) };
  }
}
