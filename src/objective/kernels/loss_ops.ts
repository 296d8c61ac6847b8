/**
 * The GPU side of the loss registry: one kernel per loss, its CPU loop being the registry's own function.
 * A loss without a line here fails test/objective/kernels.test.ts.
 */
import dpoPl from "../../../shaders/loss_listwise.wgsl?slot=loss:loss/dpo_pl&linked";
import lire from "../../../shaders/loss_listwise.wgsl?slot=loss:loss/lire&linked";
import rrhf from "../../../shaders/loss_listwise.wgsl?slot=loss:loss/rrhf&linked";
import cpo from "../../../shaders/loss_pairwise.wgsl?slot=loss:loss/cpo&linked";
import dpo from "../../../shaders/loss_pairwise.wgsl?slot=loss:loss/dpo&linked";
import exo from "../../../shaders/loss_pairwise.wgsl?slot=loss:loss/exo&linked";
import exoUnnormalised from "../../../shaders/loss_pairwise.wgsl?slot=loss:loss/exo_unnormalised&linked";
import hinge from "../../../shaders/loss_pairwise.wgsl?slot=loss:loss/hinge&linked";
import ipo from "../../../shaders/loss_pairwise.wgsl?slot=loss:loss/ipo&linked";
import orpo from "../../../shaders/loss_pairwise.wgsl?slot=loss:loss/orpo&linked";
import rDpo from "../../../shaders/loss_pairwise.wgsl?slot=loss:loss/r_dpo&linked";
import robustDpo from "../../../shaders/loss_pairwise.wgsl?slot=loss:loss/robust_dpo&linked";
import simpo from "../../../shaders/loss_pairwise.wgsl?slot=loss:loss/simpo&linked";
import slic from "../../../shaders/loss_pairwise.wgsl?slot=loss:loss/slic&linked";
import kto from "../../../shaders/loss_unpaired.wgsl?slot=loss:loss/kto&linked";
import type { LinkedShader } from "../../backend/shader.ts";
import { type GroupFunction, type Settings, settingsOf } from "../../ops/loss_function.ts";
import { listwiseLoss } from "../../ops/loss_listwise.ts";
import { pairwiseLoss } from "../../ops/loss_pairwise.ts";
import { unpairedLoss } from "../../ops/loss_unpaired.ts";
import { LOSSES } from "../losses/index.ts";
import type { Loss, LossFamily } from "../losses/loss.ts";
import { type ParamValues, packParams, unpackParams } from "../params.ts";

/** Linked WGSL by loss id. */
const SHADERS: Readonly<Record<string, LinkedShader>> = {
  dpo_pl: dpoPl,
  rrhf,
  lire,
  dpo,
  robust_dpo: robustDpo,
  r_dpo: rDpo,
  ipo,
  hinge,
  slic,
  simpo,
  cpo,
  orpo,
  exo,
  exo_unnormalised: exoUnnormalised,
  kto,
};

function groupFunction(loss: Loss): GroupFunction {
  return (group, settings, context) => loss.evaluate(group, unpackParams(loss.params, settings), context);
}

function kernels<Kernel>(
  family: LossFamily,
  make: (id: string, shader: LinkedShader, loss: GroupFunction) => Kernel,
): ReadonlyMap<string, Kernel> {
  const ofFamily = LOSSES.filter((loss) => loss.family === family && SHADERS[loss.id]);
  return new Map(ofFamily.map((loss) => [loss.id, make(loss.id, SHADERS[loss.id]!, groupFunction(loss))]));
}

const pairwiseKernels = kernels("pairwise", pairwiseLoss);
const listwiseKernels = kernels("listwise", listwiseLoss);
const unpairedKernels = kernels("unpaired", unpairedLoss);

export const PAIRWISE_OPS = [...pairwiseKernels.values()];
export const LISTWISE_OPS = [...listwiseKernels.values()];
export const UNPAIRED_OPS = [...unpairedKernels.values()];

export const pairwiseOp = (id: string) => pairwiseKernels.get(id);
export const listwiseOp = (id: string) => listwiseKernels.get(id);
export const unpairedOp = (id: string) => unpairedKernels.get(id);

/** A loss's settings as its kernel's parameters. */
export function lossSettings(loss: Loss, values: ParamValues): Settings {
  return settingsOf(packParams(loss.params, values));
}
