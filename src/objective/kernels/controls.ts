import { type Scalar, scalar } from "../../backend/backend.ts";
import { type Settings, settingsOf } from "../../ops/loss_function.ts";
import { RUNNING_MODES } from "../../ops/strategy_summary.ts";
import type { TiltParams } from "../../ops/strategy_tilt.ts";
import { DEFAULT_LAMBDA } from "../estimators/lambda.ts";
import { DEFAULT_RUNNING } from "../estimators/running.ts";
import type { Objective } from "../objective.ts";
import { packParams } from "../params.ts";

/** The numbers of an objective that may change between steps without recording its plan again. */
export interface ObjectiveControls {
  readonly loss: { readonly [name in keyof Settings]: Scalar };
  /** Settings of a strategy without log-mean-exp, in its registry's order. */
  readonly strategy: readonly [Scalar, Scalar];
  readonly tilt: { readonly [name in Exclude<keyof TiltParams, "groups">]: Scalar };
  /** Longest sequence of the batch less one; only RRHF's padded_slot reads it. */
  readonly paddedLength: Scalar;
  /** Takes over another objective's settings. Loss and strategy must be the ones recorded. */
  set(objective: Objective, meanH?: number): void;
}

/** @param meanH mean of h over the training set; the batch's own when absent */
export function objectiveControls(objective: Objective, meanH?: number): ObjectiveControls {
  const named = <K extends string>(values: { readonly [name in K]: number }) =>
    Object.fromEntries(
      Object.entries<number>(values).map(([name, value]) => [name, scalar(name, value)]),
    ) as {
      readonly [name in K]: Scalar;
    };
  const loss = named(settingsOf(packParams(objective.loss.params, objective.lossParams)));
  const tilt = named(tiltSettings(objective, meanH));
  const [first, second] = plainSettings(objective);
  const strategy = [scalar("p0", first), scalar("p1", second)] as const;
  return {
    loss,
    strategy,
    tilt,
    paddedLength: scalar("padded length", 1),
    set(next, nextMeanH) {
      assign(loss, settingsOf(packParams(next.loss.params, next.lossParams)));
      assign(tilt, tiltSettings(next, nextMeanH));
      plainSettings(next).forEach((value, i) => {
        strategy[i]!.value = value;
      });
    },
  };
}

function assign<K extends string>(
  scalars: { readonly [name in K]: Scalar },
  values: { readonly [name in K]: number },
): void {
  for (const name in values) scalars[name].value = values[name];
}

function plainSettings({ strategy, strategyParams }: Objective): readonly [number, number] {
  const [first = 0, second = 0] = packParams(strategy.params, strategyParams);
  return [first, second];
}

function tiltSettings(objective: Objective, meanH?: number): Omit<TiltParams, "groups"> {
  const { strategyParams, running, learnLambda } = objective;
  const { rho, learningRate, min } = learnLambda ?? DEFAULT_LAMBDA;
  return {
    lam: Number(strategyParams.lam ?? strategyParams.beta_prime ?? 1),
    shift: Number(strategyParams.shift ?? 0),
    mean_h: meanH ?? -1,
    gamma: running?.gamma ?? 0,
    mode: RUNNING_MODES.indexOf(running?.mode ?? DEFAULT_RUNNING.mode),
    // WGSL may assume there are no infinities; exp of more than this overflows anyway.
    cap: Math.min(running?.cap ?? DEFAULT_RUNNING.cap, 1e38),
    learn: learnLambda ? 1 : 0,
    rho,
    lambda_rate: learningRate,
    lambda_min: min,
  };
}
