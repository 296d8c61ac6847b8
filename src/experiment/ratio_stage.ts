/** The ratio stage: one h per response, estimated out of fold, taken from the world, or taken from the file. */
import type { Backend } from "../backend/backend.ts";
import type { Control } from "./control.ts";
import { estimatedRatio } from "./estimated_ratio.ts";
import type { RunEvent } from "./events.ts";
import { givenRatio } from "./given_ratio.ts";
import type { Pretrained } from "./pretrained.ts";
import type { Ratio, RatioData } from "./ratio.ts";
import type { Spec } from "./spec.ts";

/**
 * The ratio of every response in training and held-out groups, from where the spec says.
 * @param reader the model whose hidden states the classifier reads, where the spec asks for them
 * @throws TiltError when the data cannot tell the target from anything, or do not hold what the spec takes the ratio from
 */
export async function estimateRatio(
  backend: Backend,
  spec: Spec,
  prepared: RatioData,
  control: Control,
  emit: (event: RunEvent) => void,
  reader?: Pretrained,
): Promise<Ratio> {
  if (spec.ratio.source !== "classifier") return givenRatio(spec, prepared);
  return estimatedRatio(backend, spec, prepared, control, emit, reader);
}
