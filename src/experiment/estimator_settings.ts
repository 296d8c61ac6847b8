/** From a spec to the settings of the ratio's estimate: those that it names, and for the rest those that suit the features. */
import type { ClassifierOptions } from "../ratio/classifier_options.ts";
import type { RatioOptions, RatioTask } from "../ratio/ratio_options.ts";
import { countBySource } from "../ratio/task.ts";
import { mixtureOf, perSource } from "./ratio_shares.ts";
import type { Spec } from "./spec.ts";

/**
 * @param training what fits the features, for settings that the spec leaves open
 * @throws TiltError when shares or factors set by hand are not as many as the synthetic sources
 */
export function estimatorSettings(
  spec: Spec,
  task: RatioTask,
  training: Partial<ClassifierOptions>,
): Partial<RatioOptions> {
  const { classifier, heads, hidden, steps, lr, l2, calibration, form, hMin, hMax, normalise } = spec.ratio;
  const counts = countBySource(task);
  const known = counts.reduce((sum, count) => sum + count, 0);
  const mixture = mixtureOf(
    counts.map((count) => count / known),
    spec.ratio,
  );
  const gamma = perSource(spec.ratio.gamma, task.synthetic, "ratio.gamma");
  const penalised = classifier === "hidden" ? {} : training;
  const model: ClassifierOptions["model"] = classifier === "hidden" ? "hidden" : "linear";
  return {
    form,
    calibration,
    clip: { low: hMin, high: hMax },
    normalise,
    ...(mixture && { mixture }),
    ...(gamma && { gamma }),
    classifier: {
      ...penalised,
      model,
      ...(heads !== "auto" && { kind: heads }),
      hidden,
      rate: lr,
      seed: spec.seed,
      ...(steps > 0 && { steps }),
      ...(l2 !== null && { l2: [l2] }),
    },
  };
}
