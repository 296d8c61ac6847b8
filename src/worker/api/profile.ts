/** Where the GPU's time goes. */
import type { Spec } from "../../experiment/spec.ts";
import type { StepProfile } from "../../experiment/step_profile.ts";

export type { OpTime } from "../../backend/op_times.ts";
export type { StepProfile } from "../../experiment/step_profile.ts";

export interface ProfileApi {
  /**
   * GPU time per op of a training step of this spec's policy, slowest first; null where there is no GPU, no clock, or
   * nothing to time. Waits for its turn: a run goes first.
   */
  profileStep(spec: Spec): Promise<StepProfile | null>;
}
