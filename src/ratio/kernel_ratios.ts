/** log h and h of all samples by the ratio kernels, in float32. */
import { type Backend, readFloats, runOnce, type Tensor } from "../backend/backend.ts";
import { RATIO_FORMS, ratioLog, ratioNormalise } from "../ops/ratio_log.ts";
import type { Mixture, RatioForm } from "./estimators.ts";
import { allZero, type ClipRange } from "./weights.ts";

export interface RatioInput {
  /** log Q0/Qi, [source][sample] */
  readonly logW: readonly Float64Array[];
  readonly mixture: Mixture;
  /** Own source of every sample, -1 where it is unknown: the target's share is taken then. */
  readonly category: Int32Array;
  readonly form: RatioForm;
  readonly clip: ClipRange;
  readonly normalise: boolean;
}

export interface RatioValues {
  /** log h by the form asked for, before clipping. */
  readonly logRatio: Float64Array;
  readonly clipped: Float64Array;
  /** After clipping, and dividing by the mean where that was asked for. */
  readonly h: Float64Array;
}

/** Largest float32, for a clip without an upper end. */
const MOST = 3.4028234663852886e38;

/** @throws TiltError when every h is 0 */
export async function kernelRatios(backend: Backend, input: RatioInput): Promise<RatioValues> {
  const { logW, mixture, category, form, clip, normalise } = input;
  const [rows, sources] = [category.length, logW.length];
  const tensors: Tensor[] = [];
  const tensor = (label: string, type: "f32" | "u32", length: number, data?: ArrayLike<number>): Tensor => {
    const made = backend.tensor(`ratio/${label}`, type, length);
    tensors.push(made);
    if (data) backend.write(made, data);
    return made;
  };
  try {
    const bySample = new Float32Array(rows * sources);
    logW.forEach((column, source) => {
      column.forEach((value, row) => {
        bySample[row * sources + source] = value;
      });
    });
    const shares = [mixture.alpha, ...mixture.beta].map(Math.log);
    const own = category.map((c) => Math.max(0, c));
    const logH = tensor("log h", "f32", rows);
    const h = tensor("h", "f32", rows);
    await runOnce(
      backend,
      ratioLog,
      {
        logW: tensor("log w", "f32", rows * sources, bySample),
        logShares: tensor("log shares", "f32", sources + 1, shares),
        category: tensor("category", "u32", rows, own),
        logH,
        h,
      },
      {
        rows,
        sources,
        form: RATIO_FORMS.indexOf(form === "posterior" ? "mixture" : form),
        low: clip.low,
        high: Math.min(MOST, clip.high),
      },
    );
    const logRatio = Float64Array.from(await readFloats(backend, logH));
    const clipped = Float64Array.from(await readFloats(backend, h));
    if (!normalise) return { logRatio, clipped, h: clipped };
    const summary = tensor("summary", "f32", 4);
    await runOnce(backend, ratioNormalise, { h, summary }, { rows });
    if (!((await readFloats(backend, summary))[0]! > 0)) throw allZero();
    return { logRatio, clipped, h: Float64Array.from(await readFloats(backend, h)) };
  } finally {
    for (const each of tensors) backend.free(each);
  }
}
