/**
 * The GPU side of the strategy registry: one kernel per strategy, its CPU loop being the registry's own function. The
 * shader of most is the file in shaders/strategy/<kind> that bears its id; a strategy without a kernel fails
 * test/objective/kernels.test.ts.
 */
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
import { byName } from "./shader_files.ts";
import { tiltLoop } from "./tilt_loop.ts";

const LINEAR = byName(
  import.meta.glob("../../../shaders/strategy/linear/*.wgsl", {
    eager: true,
    query: "?into=strategy_linear:weight&linked",
  }),
);
const SORTED = byName(
  import.meta.glob("../../../shaders/strategy/sorted/*.wgsl", {
    eager: true,
    query: "?into=strategy_sorted:mass&linked",
  }),
);
const TILT = byName(
  import.meta.glob("../../../shaders/strategy/tilt/*.wgsl", {
    eager: true,
    query: "?into=strategy_tilt:tilt&linked",
  }),
);

function evaluate(id: string, losses: FloatArray, h: FloatArray, settings: readonly number[]): PlainResult {
  const strategy = strategyById(id);
  return strategy.evaluate({ losses, h }, unpackParams(strategy.params, settings));
}

function kernels<Kernel>(
  shaders: ReadonlyMap<string, LinkedShader>,
  make: (id: string, shader: LinkedShader) => Kernel,
): ReadonlyMap<string, Kernel> {
  return new Map([...shaders].map(([id, shader]) => [id, make(id, shader)]));
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
