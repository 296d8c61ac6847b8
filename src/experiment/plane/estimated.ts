/** Pair ratios of Plane as a source classifier estimates them, cross-fitted, from where the points lie. */
import { createCpuBackend } from "../../backend/cpu/cpu_backend.ts";
import { pairsOf } from "../../data/dataset.ts";
import { planeWorld } from "../../data/worlds/plane.ts";
import type { PlaneOptions } from "../../data/worlds/plane_options.ts";
import { createControl } from "../control.ts";
import { estimateRatio } from "../ratio_stage.ts";
import type { Spec } from "../spec.ts";
import { unitRatios } from "../unit_ratios.ts";
import type { Unit } from "../units.ts";

/** One calibrated ratio per pair, in the order of the world's pairs. @throws TiltError as the ratio stage */
export async function estimatedPairRatios(spec: Spec, options: PlaneOptions): Promise<readonly number[]> {
  const dataset = planeWorld(options);
  const train = dataset.groups.map((_, group) => group);
  const units = dataset.groups.map(
    (group, index): Unit => ({ kind: "pair", group: index, responses: pairsOf(group)[0] ?? [0, 1] }),
  );
  const prepared = { dataset, train, heldOut: [], units };
  const ratio = await estimateRatio(createCpuBackend(), spec, prepared, createControl(), () => {});
  return unitRatios(spec, prepared, ratio);
}
