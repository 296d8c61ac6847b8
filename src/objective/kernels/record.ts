import type { Recorder } from "../../backend/backend.ts";
import { invariant, TiltError } from "../../base/errors.ts";
import { ktoBaselineOp } from "../../ops/loss_unpaired.ts";
import { objectiveCoefficients } from "../../ops/objective_coefficients.ts";
import { PREFERENCE_FAMILY, preferenceDiagnostics } from "../../ops/preference_diagnostics.ts";
import { MAX_SOURCES } from "../../ops/strategy_group_dro.ts";
import { weightDiagnostics } from "../../ops/weight_diagnostics.ts";
import type { Objective } from "../objective.ts";
import type { ObjectiveControls } from "./controls.ts";
import { listwiseOp, pairwiseOp, unpairedOp } from "./loss_ops.ts";
import { groupDroOp, klConstrainedOp, linearOp, releasedRrhfOp, sortedOp, tiltOp } from "./strategy_ops.ts";
import type { ObjectiveTensors } from "./tensors.ts";

/**
 * Records one step of an objective: losses, the strategy's weights over the whole logical batch, one coefficient per
 * response, and the reports. Log-probs must be in `tensors.logps` before, the backward pass reads `tensors.coef` after;
 * nothing is read back in between.
 */
export function recordObjective(
  recorder: Recorder,
  objective: Objective,
  tensors: ObjectiveTensors,
  controls: ObjectiveControls,
): void {
  recordLosses(recorder, objective, tensors, controls);
  recordStrategy(recorder, objective, tensors, controls);
  recordCoefficients(recorder, tensors);
  recordReports(recorder, objective, tensors);
}

/** One coefficient per response from the strategy's weights and the losses' slopes: what the backward pass reads. */
export function recordCoefficients(recorder: Recorder, tensors: ObjectiveTensors): void {
  const { groups, responses, tilt, groupStart, dloss, coef } = tensors;
  recorder.dispatch(
    objectiveCoefficients,
    { tilt, group_start: groupStart, dloss, coef },
    { groups, responses },
  );
}

/** Losses and their slopes, for KTO with its baseline first. */
export function recordLosses(
  recorder: Recorder,
  { loss }: Objective,
  tensors: ObjectiveTensors,
  controls: ObjectiveControls,
): void {
  const { groups, responses, logps, refLogps, lengths, scores, groupStart, losses, dloss } = tensors;
  const params = { groups, responses, ...controls.loss };
  const common = { logps, ref_logps: refLogps, losses, dloss };
  if (loss.family === "pairwise") {
    const op = pairwiseOp(loss.id);
    invariant(op, `the loss ${loss.id} has no kernel`);
    recorder.dispatch(op, { ...common, lengths, group_start: groupStart }, params);
  } else if (loss.family === "listwise") {
    const op = listwiseOp(loss.id);
    invariant(op, `the loss ${loss.id} has no kernel`);
    recorder.dispatch(
      op,
      { ...common, lengths, scores, group_start: groupStart, scratch: tensors.scratch },
      { ...params, padded_length: controls.paddedLength },
    );
  } else {
    const op = unpairedOp(loss.id);
    invariant(op, `the loss ${loss.id} has no kernel`);
    const { klLogps, klRefLogps, baseline } = tensors;
    recorder.dispatch(
      ktoBaselineOp,
      { kl_logps: klLogps, kl_ref_logps: klRefLogps, baseline },
      { examples: groups },
    );
    recorder.dispatch(op, { ...common, scores, baseline }, params);
  }
}

/** Weights over the logical batch. */
export function recordStrategy(
  recorder: Recorder,
  { strategy }: Objective,
  tensors: ObjectiveTensors,
  { strategy: settings, tilt: tiltParams }: ObjectiveControls,
): void {
  const { groups, responses, losses, h, tilt, q, summary, state, groupStart, capacity } = tensors;
  const outputs = { tilt, q, summary };
  const [p0, p1] = settings;
  const tilted = tiltOp(strategy.id);
  const linear = linearOp(strategy.id);
  const sorted = sortedOp(strategy.id);
  if (tilted) recorder.dispatch(tilted, { losses, h, ...outputs, state }, { groups, ...tiltParams });
  else if (linear) recorder.dispatch(linear, { losses, h, ...outputs }, { groups, p0, p1 });
  else if (sorted) recorder.dispatch(sorted, { losses, ...outputs }, { groups, p0 });
  else if (strategy.id === "kl_dro_constrained") {
    recorder.dispatch(klConstrainedOp, { losses, ...outputs }, { groups, rho: p0 });
  } else if (strategy.id === "released_rrhf") {
    const buffers = { losses, response_weights: tensors.responseWeights, ...outputs };
    recorder.dispatch(releasedRrhfOp, buffers, { groups, responses });
  } else if (strategy.id === "group_dro") {
    if (capacity.sources < 1 || capacity.sources > MAX_SOURCES) {
      throw new TiltError(`Group DRO takes 1 to ${MAX_SOURCES} sources, not ${capacity.sources}.`, {
        where: "strategy group_dro",
        remedy: "Merge sources, or choose another strategy.",
      });
    }
    recorder.dispatch(
      groupDroOp,
      {
        losses,
        group_start: groupStart,
        sources: tensors.sources,
        source_weights: tensors.sourceWeights,
        ...outputs,
      },
      { groups, responses, source_count: capacity.sources, eta: p0 },
    );
  } else invariant(false, `the strategy ${strategy.id} has no kernel`);
}

/** Reports for charts; small enough to tap at every step. */
export function recordReports(
  recorder: Recorder,
  { loss, lossParams }: Objective,
  tensors: ObjectiveTensors,
): void {
  const { groups, responses, losses, h, tilt, q, groupStart, sources, capacity } = tensors;
  recorder.dispatch(
    weightDiagnostics,
    { losses, h, tilt, q, group_start: groupStart, sources, report: tensors.weightReport },
    { groups, responses, source_count: capacity.sources },
  );
  const form = loss.reward(lossParams);
  const { logps, refLogps, lengths, scores } = tensors;
  recorder.dispatch(
    preferenceDiagnostics,
    {
      logps,
      ref_logps: refLogps,
      lengths,
      scores,
      group_start: groupStart,
      report: tensors.preferenceReport,
    },
    {
      groups,
      responses,
      family: PREFERENCE_FAMILY[loss.family],
      scale: form.scale,
      reference: form.reference ? 1 : 0,
      per_token: form.perToken ? 1 : 0,
      temperature: Number(lossParams.temperature ?? 0),
    },
  );
}
