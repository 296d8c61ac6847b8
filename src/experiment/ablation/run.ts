/** Runs arms in order, making what they share once, and hands each result out as soon as it is there. */
import type { Backend } from "../../backend/backend.ts";
import type { Control } from "../control.ts";
import type { Pretrained } from "../pretrained.ts";
import { estimateRatio, type Ratio } from "../ratio_stage.ts";
import { type Arm, armKey, armsOf, type Grid } from "./grid.ts";
import type { AblationSettings } from "./settings.ts";
import { type Outcome, openTrial, type Start, type Trial } from "./trial.ts";

/** One line of the results. */
export type AblationRow =
  | { readonly kind: "start"; readonly seed: number; readonly corruption: number; readonly start: Start }
  | { readonly kind: "arm"; readonly arm: Arm; readonly outcome: Outcome; readonly seconds: number };

/**
 * Yields a row per arm that is not done, and one per seed and corruption for its reference.
 * @param done keys of arms whose rows are there already (armKey)
 * @throws Stopped when the control was stopped; rows yielded before stay good
 */
export async function* runAblation(
  backend: Backend,
  settings: AblationSettings,
  pretrained: Pretrained,
  grid: Grid,
  done: ReadonlySet<string>,
  control: Control,
): AsyncGenerator<AblationRow, void, void> {
  let ratio: { readonly seed: number; readonly value: Ratio } | undefined;
  let trial: { readonly key: string; readonly value: Trial } | undefined;
  for (const arm of armsOf(grid)) {
    if (done.has(armKey(arm))) continue;
    const { seed, corruption } = arm;
    const key = `${seed} ${corruption}`;
    if (trial?.key !== key) {
      const value = await openTrial(
        backend,
        settings,
        pretrained,
        arm,
        async (spec, prepared) => {
          if (ratio?.seed !== seed) {
            ratio = { seed, value: await estimateRatio(backend, spec, prepared, control, () => {}) };
          }
          return ratio.value;
        },
        control,
      );
      trial = { key, value };
      yield { kind: "start", seed, corruption, start: value.start };
    }
    const began = performance.now();
    const outcome = await trial.value.run(arm, control);
    yield { kind: "arm", arm, outcome, seconds: (performance.now() - began) / 1000 };
  }
}
