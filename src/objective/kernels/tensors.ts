import type { Backend, Scalar, Tensor } from "../../backend/backend.ts";
import { scalar } from "../../backend/backend.ts";
import { PREFERENCE_REPORT_LENGTH } from "../../ops/preference_diagnostics.ts";
import { SUMMARY_LENGTH, TILT_STATE_LENGTH } from "../../ops/strategy_summary.ts";
import { weightReportLength } from "../../ops/weight_diagnostics.ts";

/** The most one logical batch may hold. */
export interface ObjectiveCapacity {
  readonly groups: number;
  readonly responses: number;
  readonly sources: number;
}

/**
 * One logical batch on the backend. Group g owns responses groupStart[g] .. groupStart[g + 1] - 1; for pairwise losses
 * the first of them is the chosen one. Micro-batches write their own parts of `logps` and read their own of `coef`.
 */
export interface ObjectiveTensors {
  readonly capacity: ObjectiveCapacity;
  /** How much of the capacity the current batch fills; set before each run. */
  readonly groups: Scalar;
  readonly responses: Scalar;
  /** `[responses]` summed log-probs, and tokens. */
  readonly logps: Tensor;
  readonly refLogps: Tensor;
  readonly lengths: Tensor;
  readonly scores: Tensor;
  /** `[responses]` u32; at or past the number of sources: unknown. */
  readonly sources: Tensor;
  /** `[responses]` weights of single responses; only released_rrhf reads them. */
  readonly responseWeights: Tensor;
  /** `[groups + 1]` u32. */
  readonly groupStart: Tensor;
  /** `[groups]` calibrated ratios. */
  readonly h: Tensor;
  /** `[groups]` log-probs of mismatched pairs, for KTO. */
  readonly klLogps: Tensor;
  readonly klRefLogps: Tensor;
  /** `[1]` KTO's z0. */
  readonly baseline: Tensor;
  /** `[groups]` losses, dV/dl and q. */
  readonly losses: Tensor;
  readonly tilt: Tensor;
  readonly q: Tensor;
  /** `[responses]` dl/da, and c = dV/da. */
  readonly dloss: Tensor;
  readonly coef: Tensor;
  /** Carried from step to step: part of a checkpoint. */
  readonly state: Tensor;
  readonly sourceWeights: Tensor;
  /** Small reports to tap: see src/ops/strategy_summary.ts and the diagnostics ops. */
  readonly summary: Tensor;
  readonly weightReport: Tensor;
  readonly preferenceReport: Tensor;
  readonly scratch: Tensor;
  free(): void;
}

/** Tensors for batches of up to this size. @throws TiltError when one exceeds the device's limits */
export function objectiveTensors(backend: Backend, capacity: ObjectiveCapacity): ObjectiveTensors {
  const owned: Tensor[] = [];
  const tensor = (label: string, length: number, type: "f32" | "u32" = "f32"): Tensor => {
    const made = backend.tensor(`objective ${label}`, type, Math.max(1, length));
    owned.push(made);
    return made;
  };
  const { groups, responses, sources } = capacity;
  return {
    capacity,
    groups: scalar("groups", groups),
    responses: scalar("responses", responses),
    logps: tensor("log-probs", responses),
    refLogps: tensor("reference log-probs", responses),
    lengths: tensor("lengths", responses),
    scores: tensor("scores", responses),
    sources: tensor("sources", responses, "u32"),
    responseWeights: tensor("response weights", responses),
    groupStart: tensor("group starts", groups + 1, "u32"),
    h: tensor("ratios", groups),
    klLogps: tensor("mismatched log-probs", groups),
    klRefLogps: tensor("mismatched reference log-probs", groups),
    baseline: tensor("baseline", 1),
    losses: tensor("losses", groups),
    tilt: tensor("tilt weights", groups),
    q: tensor("q", groups),
    dloss: tensor("loss slopes", responses),
    coef: tensor("coefficients", responses),
    state: tensor("state", TILT_STATE_LENGTH),
    sourceWeights: tensor("source weights", sources),
    summary: tensor("summary", SUMMARY_LENGTH),
    weightReport: tensor("weight report", weightReportLength(sources)),
    preferenceReport: tensor("preference report", PREFERENCE_REPORT_LENGTH),
    scratch: tensor("scratch", responses),
    free() {
      for (const made of owned.splice(0)) backend.free(made);
    },
  };
}
