/** Kernel that reports implicit rewards, log-probs and likelihood displacement of a batch. */
import shader from "../../shaders/preference_diagnostics.wgsl";
import { defineOp } from "../backend/contract.ts";

/** Positions in the report. Means are over the responses counted; 0 where there are none. */
export const PREFERENCE_REPORT = {
  chosenCount: 0,
  rejectedCount: 1,
  rewardChosen: 2,
  rewardRejected: 3,
  accuracy: 4,
  margin: 5,
  logpChosen: 6,
  logpRejected: 7,
  chosenDelta: 8,
  rejectedDelta: 9,
  chosenDeltaPerToken: 10,
  rejectedDeltaPerToken: 11,
  chosenDown: 12,
  bothDown: 13,
  /** Negative log-likelihood per token of all preferred responses together. */
  nll: 14,
  /** Mean log sigmoid of the log odds ratio, as ORPO logs it. */
  logOddsRatio: 15,
  logOdds: 16,
  /** Mean over lists of the largest share of softmax(a / temperature). */
  maxShare: 17,
} as const;

export const PREFERENCE_REPORT_LENGTH = 20;

/** Which responses of a group are compared: codes of the kernel's `family`. */
export const PREFERENCE_FAMILY = { pairwise: 0, listwise: 1, unpaired: 2 } as const;

/** -1e-6 is where ORPO holds per-token log-probs. */
const CLOSEST_TO_ONE = -1e-6;

function logOdds(p: number): number {
  return p - Math.log(-Math.expm1(p));
}

/** Report of one logical batch. One workgroup. `temperature` 0 leaves `maxShare` out. */
export const preferenceDiagnostics = defineOp({
  name: "preference_diagnostics",
  shader,
  workgroupSize: [64, 1, 1],
  params: {
    groups: "u32",
    responses: "u32",
    family: "u32",
    scale: "f32",
    reference: "u32",
    per_token: "u32",
    temperature: "f32",
  },
  buffers: {
    logps: { type: "f32", access: "read", shape: ["responses"] },
    ref_logps: { type: "f32", access: "read", shape: ["responses"] },
    lengths: { type: "f32", access: "read", shape: ["responses"] },
    scores: { type: "f32", access: "read", shape: ["responses"] },
    group_start: { type: "u32", access: "read", shape: [({ groups }) => groups + 1] },
    report: { type: "f32", access: "read_write", shape: [PREFERENCE_REPORT_LENGTH] },
  },
  workgroups: () => [1, 1, 1],
  cpu({ logps, ref_logps, lengths, scores, group_start, report }, params) {
    const { groups, family, scale, reference, per_token, temperature } = params;
    const R = PREFERENCE_REPORT;
    const rewardOf = (r: number): number =>
      (scale * (logps[r]! - reference * ref_logps[r]!)) / (per_token ? lengths[r]! : 1);
    const deltaOf = (r: number): number => logps[r]! - ref_logps[r]!;
    report.fill(0, 0, PREFERENCE_REPORT_LENGTH);
    const add = (at: number, value: number): void => {
      report[at] = report[at]! + value;
    };
    let tokens = 0;
    for (let g = 0; g < groups; g++) {
      const [first, end] = [group_start[g]!, group_start[g + 1]!];
      let w = first;
      let l = family === PREFERENCE_FAMILY.pairwise ? first + 1 : first;
      if (family === PREFERENCE_FAMILY.listwise) {
        for (let r = first; r < end; r++) {
          if (scores[r]! > scores[w]!) w = r;
          if (scores[r]! < scores[l]!) l = r;
        }
        const top = Math.max(...logps.subarray(first, end));
        let mass = 0;
        for (let r = first; r < end; r++) mass += Math.exp((logps[r]! - top) / temperature);
        if (temperature > 0) add(R.maxShare, 1 / mass);
      }
      const single = family === PREFERENCE_FAMILY.unpaired;
      if (!single || scores[first]! > 0) {
        add(R.chosenCount, 1);
        add(R.rewardChosen, rewardOf(w));
        add(R.logpChosen, logps[w]!);
        add(R.chosenDelta, deltaOf(w));
        add(R.chosenDeltaPerToken, deltaOf(w) / lengths[w]!);
        add(R.chosenDown, deltaOf(w) < 0 ? 1 : 0);
        tokens += lengths[w]!;
      }
      if (!single || scores[first]! <= 0) {
        add(R.rejectedCount, 1);
        add(R.rewardRejected, rewardOf(l));
        add(R.logpRejected, logps[l]!);
        add(R.rejectedDelta, deltaOf(l));
        add(R.rejectedDeltaPerToken, deltaOf(l) / lengths[l]!);
      }
      if (single) continue;
      add(R.accuracy, rewardOf(w) > rewardOf(l) ? 1 : 0);
      add(R.bothDown, deltaOf(w) < 0 && deltaOf(l) < 0 ? 1 : 0);
      const perToken = (r: number): number => Math.min(logps[r]! / lengths[r]!, CLOSEST_TO_ONE);
      const odds = logOdds(perToken(w)) - logOdds(perToken(l));
      add(R.logOdds, odds);
      add(R.logOddsRatio, Math.min(odds, 0) - Math.log1p(Math.exp(-Math.abs(odds))));
    }
    report[R.nll] = -report[R.logpChosen]! / Math.max(1, tokens);
    const [chosen, rejected] = [Math.max(1, report[R.chosenCount]!), Math.max(1, report[R.rejectedCount]!)];
    const ofRejected: readonly number[] = [
      R.rewardRejected,
      R.logpRejected,
      R.rejectedDelta,
      R.rejectedDeltaPerToken,
    ];
    for (let at: number = R.rewardChosen; at <= R.maxShare; at++) {
      if (at !== R.nll) report[at] = report[at]! / (ofRejected.includes(at) ? rejected : chosen);
    }
    report[R.margin] = report[R.rewardChosen]! - report[R.rewardRejected]!;
  },
});
