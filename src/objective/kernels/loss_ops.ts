/**
 * The GPU side of the loss registry: one kernel per loss, its CPU loop being the registry's own function. The shader of a
 * loss is the file in shaders/loss/<family> that bears its id; a loss without one fails test/objective/kernels.test.ts.
 */
import type { LinkedShader } from "../../backend/shader.ts";
import { type GroupFunction, type Settings, settingsOf } from "../../ops/loss_function.ts";
import { listwiseLoss } from "../../ops/loss_listwise.ts";
import { pairwiseLoss } from "../../ops/loss_pairwise.ts";
import { unpairedLoss } from "../../ops/loss_unpaired.ts";
import { LOSSES } from "../losses/index.ts";
import type { Loss, LossFamily } from "../losses/loss.ts";
import { type ParamValues, packParams, unpackParams } from "../params.ts";
import { byName } from "./shader_files.ts";

/** Linked WGSL by file name; each family's files go into the slot of its own host. */
const SHADERS: Readonly<Record<LossFamily, ReadonlyMap<string, LinkedShader>>> = {
  pairwise: byName(
    import.meta.glob("../../../shaders/loss/pairwise/*.wgsl", {
      eager: true,
      query: "?into=loss_pairwise:loss&linked",
    }),
  ),
  listwise: byName(
    import.meta.glob("../../../shaders/loss/listwise/*.wgsl", {
      eager: true,
      query: "?into=loss_listwise:loss&linked",
    }),
  ),
  unpaired: byName(
    import.meta.glob("../../../shaders/loss/unpaired/*.wgsl", {
      eager: true,
      query: "?into=loss_unpaired:loss&linked",
    }),
  ),
};

/** All groups of a dispatch come with one list of settings, which is unpacked once: half the time of a small batch's loss. */
function groupFunction(loss: Loss): GroupFunction {
  let last: readonly number[] | undefined;
  let values: ParamValues = {};
  return (group, settings, context) => {
    if (settings !== last) {
      values = unpackParams(loss.params, settings);
      last = settings;
    }
    return loss.evaluate(group, values, context);
  };
}

function kernels<Kernel>(
  family: LossFamily,
  make: (id: string, shader: LinkedShader, loss: GroupFunction) => Kernel,
): ReadonlyMap<string, Kernel> {
  return new Map(
    LOSSES.flatMap((loss) => {
      const shader = loss.family === family ? SHADERS[family].get(loss.id) : undefined;
      return shader ? [[loss.id, make(loss.id, shader, groupFunction(loss))] as const] : [];
    }),
  );
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
