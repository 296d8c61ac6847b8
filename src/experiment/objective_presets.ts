/** The objective's presets as changes to a spec: what the page applies, and what a link can carry. */
import type { Preset } from "../objective/presets.ts";
import { type Plain, plainCopy } from "./plain.ts";
import type { FieldValue, Spec } from "./spec.ts";
import { parseSpec, putAt } from "./spec.ts";

export { PRESETS } from "../objective/presets.ts";

/** The fields a preset fixes. Others, the dataset and the model first of all, stay as they are. */
function presetFields(preset: Preset): Readonly<Record<string, FieldValue>> {
  const { loss, strategy } = preset.objective;
  return {
    ...(loss && { "train.loss": loss.id }),
    "train.strategy": strategy.id,
    ...(strategy.params?.lam !== undefined && { "train.lambda": Number(strategy.params.lam) }),
    "train.estimator": "exact",
    ...(preset.batchSize !== undefined && { "train.batch": preset.batchSize, "train.microBatches": 1 }),
    "ratio.form": preset.ratioForm,
    "ratio.reduction": preset.reduction,
    "ratio.normalise": preset.meanOne,
  };
}

/** A spec with a preset applied. */
export function withPreset(spec: Spec, preset: Preset): Spec {
  const next = plainCopy(spec) as { [key: string]: Plain };
  const train = next.train as { [key: string]: Plain };
  const { loss, strategy } = preset.objective;
  for (const [path, value] of Object.entries(presetFields(preset))) putAt(next, path, value);
  if (loss) train.lossParams = { ...(loss.params ?? {}) };
  // lambda has a field of its own in the spec.
  const { lam: _lambda, ...others } = strategy.params ?? {};
  train.strategyParams = others;
  return parseSpec(next);
}
