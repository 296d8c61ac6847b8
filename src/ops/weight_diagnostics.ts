/** Kernel that reports where a batch's training weight lies. */
import shader from "../../shaders/weight_diagnostics.wgsl";
import { defineOp, type FloatArray } from "../backend/contract.ts";

/** Positions in the report; after them four numbers per source, see `WEIGHT_BY_SOURCE`. */
export const WEIGHT_REPORT = {
  loss: 0,
  ess: 1,
  kl: 2,
  maxWeight: 3,
  meanH: 4,
  minH: 5,
  maxH: 6,
  essFractionH: 7,
} as const;

/** Offsets within a source's part of the report, which starts at 8 + 4 s. Means are 0 where the mass is 0. */
export const WEIGHT_BY_SOURCE = { mass: 0, h: 1, loss: 2, weight: 3 } as const;

export const weightReportLength = (sources: number): number => 8 + 4 * sources;

/** ESS of non-negative weights in units of groups; 0 when all are 0. */
function effective(weights: FloatArray, groups: number): number {
  let [top, sum, squares] = [0, 0, 0];
  for (let i = 0; i < groups; i++) top = Math.max(top, weights[i]!);
  if (top === 0) return 0;
  for (let i = 0; i < groups; i++) {
    sum += weights[i]! / top;
    squares += (weights[i]! / top) ** 2;
  }
  return (sum * sum) / squares;
}

/** Report of one logical batch. `sources` at or past `source_count` are unknown. One workgroup. */
export const weightDiagnostics = defineOp({
  name: "weight_diagnostics",
  shader,
  workgroupSize: [64, 1, 1],
  params: { groups: "u32", responses: "u32", source_count: "u32" },
  buffers: {
    losses: { type: "f32", access: "read", shape: ["groups"] },
    h: { type: "f32", access: "read", shape: ["groups"] },
    tilt: { type: "f32", access: "read", shape: ["groups"] },
    q: { type: "f32", access: "read", shape: ["groups"] },
    group_start: { type: "u32", access: "read", shape: [({ groups }) => groups + 1] },
    sources: { type: "u32", access: "read", shape: ["responses"] },
    report: {
      type: "f32",
      access: "read_write",
      shape: [({ source_count }) => weightReportLength(source_count)],
    },
  },
  workgroups: () => [1, 1, 1],
  cpu({ losses, h, tilt, q, group_start, sources, report }, { groups, source_count }) {
    let [loss, ratio, weight, kl] = [0, 0, 0, 0];
    let [topWeight, lowRatio, topRatio] = [0, Infinity, -Infinity];
    for (let i = 0; i < groups; i++) {
      loss += losses[i]!;
      ratio += h[i]!;
      weight += tilt[i]!;
      topWeight = Math.max(topWeight, tilt[i]!);
      lowRatio = Math.min(lowRatio, h[i]!);
      topRatio = Math.max(topRatio, h[i]!);
      if (q[i]! > 0) kl += q[i]! * Math.log(q[i]! * groups);
    }
    report[WEIGHT_REPORT.loss] = loss / groups;
    report[WEIGHT_REPORT.ess] = effective(tilt, groups);
    report[WEIGHT_REPORT.kl] = Math.max(0, kl);
    report[WEIGHT_REPORT.maxWeight] = weight > 0 ? topWeight / weight : 0;
    report[WEIGHT_REPORT.meanH] = ratio / groups;
    report[WEIGHT_REPORT.minH] = lowRatio;
    report[WEIGHT_REPORT.maxH] = topRatio;
    report[WEIGHT_REPORT.essFractionH] = effective(h, groups) / groups;
    for (let s = 0; s < source_count; s++) {
      let [mass, ownRatio, ownLoss, ownWeight] = [0, 0, 0, 0];
      for (let g = 0; g < groups; g++) {
        const own = sources.subarray(group_start[g], group_start[g + 1]!);
        const share = own.filter((source) => source === s).length / own.length;
        mass += share;
        ownRatio += share * h[g]!;
        ownLoss += share * losses[g]!;
        ownWeight += share * tilt[g]!;
      }
      const at = weightReportLength(s);
      report[at + WEIGHT_BY_SOURCE.mass] = mass;
      report[at + WEIGHT_BY_SOURCE.h] = mass > 0 ? ownRatio / mass : 0;
      report[at + WEIGHT_BY_SOURCE.loss] = mass > 0 ? ownLoss / mass : 0;
      report[at + WEIGHT_BY_SOURCE.weight] = weight > 0 ? ownWeight / weight : 0;
    }
  },
});
