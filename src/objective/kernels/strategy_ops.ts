/**
 * The GPU side of the strategy registry: one kernel per strategy, its CPU loop being the registry's own function.
 * A strategy without a kernel here fails test/objective/kernels.test.ts.
 */
import ermShader from "../../../shaders/strategy_linear.wgsl?slot=weight:strategy/erm&linked";
import kldpoShader from "../../../shaders/strategy_linear.wgsl?slot=weight:strategy/kldpo&linked";
import reweightShader from "../../../shaders/strategy_linear.wgsl?slot=weight:strategy/reweight&linked";
import reweightSnShader from "../../../shaders/strategy_linear.wgsl?slot=weight:strategy/reweight_sn&linked";
import chi2ConstrainedShader from "../../../shaders/strategy_sorted.wgsl?slot=mass:strategy/chi2_constrained&linked";
import chi2PenalizedShader from "../../../shaders/strategy_sorted.wgsl?slot=mass:strategy/chi2_penalized&linked";
import cvarShader from "../../../shaders/strategy_sorted.wgsl?slot=mass:strategy/cvar&linked";
import doraInsideShader from "../../../shaders/strategy_tilt.wgsl?slot=tilt:strategy/dora_inside&linked";
import doraOutsideShader from "../../../shaders/strategy_tilt.wgsl?slot=tilt:strategy/dora_outside&linked";
import drdpoShader from "../../../shaders/strategy_tilt.wgsl?slot=tilt:strategy/drdpo&linked";
import iwDrdpoShader from "../../../shaders/strategy_tilt.wgsl?slot=tilt:strategy/iw_drdpo&linked";
import iwKlDroShader from "../../../shaders/strategy_tilt.wgsl?slot=tilt:strategy/iw_kl_dro&linked";
import klDroShader from "../../../shaders/strategy_tilt.wgsl?slot=tilt:strategy/kl_dro&linked";
import sharpShader from "../../../shaders/strategy_tilt.wgsl?slot=tilt:strategy/sharp&linked";
import type { FloatArray } from "../../backend/contract.ts";
import type { LinkedShader } from "../../backend/shader.ts";
import { groupDroStrategy } from "../../ops/strategy_group_dro.ts";
import {
  klConstrainedStrategy,
  linearStrategy,
  type PlainResult,
  releasedRrhfStrategy,
  sortedStrategy,
} from "../../ops/strategy_plain.ts";
import { tiltStrategy } from "../../ops/strategy_tilt.ts";
import { sourceShares } from "../metrics.ts";
import { unpackParams } from "../params.ts";
import { strategyById } from "../strategies/index.ts";
import { tiltLoop } from "./tilt_loop.ts";

const LINEAR: Readonly<Record<string, LinkedShader>> = {
  erm: ermShader,
  reweight: reweightShader,
  reweight_sn: reweightSnShader,
  kldpo: kldpoShader,
};
const SORTED: Readonly<Record<string, LinkedShader>> = {
  chi2_penalized: chi2PenalizedShader,
  chi2_constrained: chi2ConstrainedShader,
  cvar: cvarShader,
};
const TILT: Readonly<Record<string, LinkedShader>> = {
  kl_dro: klDroShader,
  dora_inside: doraInsideShader,
  dora_outside: doraOutsideShader,
  iw_kl_dro: iwKlDroShader,
  drdpo: drdpoShader,
  iw_drdpo: iwDrdpoShader,
  sharp: sharpShader,
};

function evaluate(id: string, losses: FloatArray, h: FloatArray, settings: readonly number[]): PlainResult {
  const strategy = strategyById(id);
  return strategy.evaluate({ losses, h }, unpackParams(strategy.params, settings));
}

function kernels<Kernel>(
  shaders: Readonly<Record<string, LinkedShader>>,
  make: (id: string, shader: LinkedShader) => Kernel,
): ReadonlyMap<string, Kernel> {
  return new Map(Object.entries(shaders).map(([id, shader]) => [id, make(id, shader)]));
}

const linearKernels = kernels(LINEAR, (id, shader) =>
  linearStrategy(id, shader, (losses, h, settings) => evaluate(id, losses, h, settings)),
);
const sortedKernels = kernels(SORTED, (id, shader) =>
  sortedStrategy(id, shader, (losses, setting) => evaluate(id, losses, losses, [setting])),
);
const tiltKernels = kernels(TILT, (id, shader) => tiltStrategy(id, shader, tiltLoop(strategyById(id))));

export const LINEAR_OPS = [...linearKernels.values()];
export const SORTED_OPS = [...sortedKernels.values()];
export const TILT_OPS = [...tiltKernels.values()];

export const klConstrainedOp = klConstrainedStrategy((losses, rho) =>
  evaluate("kl_dro_constrained", losses, losses, [rho]),
);

export const groupDroOp = groupDroStrategy(({ losses, sources, sourceWeights, sourceCount, eta }) =>
  strategyById("group_dro").evaluate(
    {
      losses,
      h: losses,
      sourceShares: sourceShares(sources, sourceCount),
      ...(sourceWeights && { sourceWeights }),
    },
    { eta },
  ),
);

export const releasedRrhfOp = releasedRrhfStrategy((losses, weights) =>
  strategyById("released_rrhf").evaluate({ losses, h: losses, responseWeights: [weights] }, {}),
);

export const linearOp = (id: string) => linearKernels.get(id);
export const sortedOp = (id: string) => sortedKernels.get(id);
export const tiltOp = (id: string) => tiltKernels.get(id);
