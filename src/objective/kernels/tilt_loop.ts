import { RUNNING_MODES, SUMMARY, TILT_STATE } from "../../ops/strategy_summary.ts";
import type { TiltBuffers, TiltParams } from "../../ops/strategy_tilt.ts";
import { lambdaStep } from "../estimators/lambda.ts";
import { runningStep } from "../estimators/running.ts";
import { klDivergence } from "../numerics.ts";
import type { ParamValues } from "../params.ts";
import type { Strategy } from "../strategies/strategy.ts";

/** One step of a log-mean-exp strategy over buffers: the CPU side of shaders/strategy_tilt.wgsl. */
export function tiltLoop(strategy: Strategy): (buffers: TiltBuffers, params: TiltParams) => void {
  return ({ losses, h, tilt, q, summary, state }, params) => {
    const steps = state[TILT_STATE.steps]!;
    const learning = params.learn === 1;
    const lam = learning && steps > 0 ? state[TILT_STATE.lambda]! : params.lam;
    const input = {
      losses: losses.subarray(0, params.groups),
      h: h.subarray(0, params.groups),
      ...(params.mean_h >= 0 && { meanH: params.mean_h }),
    };
    const form = strategy.logMeanExp!(input, tiltValues(strategy, lam, params.shift));
    const running = params.gamma > 0;
    // Without a running normaliser every step is a first step that trusts its own batch alone.
    const step = runningStep(
      form,
      running && steps > 0 ? { logU: state[TILT_STATE.logU]!, steps } : undefined,
      running
        ? { gamma: params.gamma, mode: RUNNING_MODES[params.mode]!, cap: params.cap }
        : { gamma: 1, mode: "first", cap: Infinity },
    );
    const budget = klDivergence(step.q, form.base);
    tilt.set(step.gradient);
    q.set(step.q);
    summary.fill(0);
    summary[SUMMARY.value] = step.value;
    summary[SUMMARY.lambda] = lam;
    summary[SUMMARY.logU] = step.logUsed;
    summary[SUMMARY.budget] = budget;
    summary[SUMMARY.capped] = step.capped;
    summary[SUMMARY.logBatch] = step.logBatch;
    const options = { rho: params.rho, learningRate: params.lambda_rate, min: params.lambda_min };
    state[TILT_STATE.logU] = step.state.logU;
    state[TILT_STATE.steps] = steps + 1;
    state[TILT_STATE.lambda] = learning ? lambdaStep(lam, step.q, form.base, options) : lam;
  };
}

/** A strategy's settings from its kernel's: lambda under the strategy's own name for it. */
export function tiltValues(strategy: Strategy, lam: number, shift: number): ParamValues {
  return {
    ...("lam" in strategy.params && { lam }),
    ...("beta_prime" in strategy.params && { beta_prime: lam }),
    ...("shift" in strategy.params && { shift }),
  };
}
