/** From the log-ratios of single sources to log h and h in the form asked for: in loops, or by the kernels. */
import type { Backend } from "../backend/backend.ts";
import { logMixtureRatio, logRatioByForm, logReleasedWeight, type RatioForm } from "./estimators.ts";
import { type RatioValues as KernelValues, kernelRatios } from "./kernel_ratios.ts";
import type { RatioOptions } from "./ratio_options.ts";
import type { SourceRatios } from "./source_ratios.ts";
import type { ClassifierTask } from "./task.ts";
import { clipRatios, selfNormalise } from "./weights.ts";

/** Ratios of all samples. */
export interface RatioValues extends KernelValues {
  /** log Q0/P in the exact form, whatever the form asked for: what probabilities come from. */
  readonly logMixture: Float64Array;
}

/** What `ratio_log` computes, in float64: where there is no GPU, and as the oracle of the kernel. */
export function ratiosInLoops(
  task: ClassifierTask,
  settings: RatioOptions,
  { mixture, logW, pooled }: SourceRatios,
): RatioValues {
  const samples = task.category.length;
  const ofSample = (i: number) => logW.map((column) => column[i]!);
  const logMixture = Float64Array.from({ length: samples }, (_, i) => logMixtureRatio(ofSample(i), mixture));
  const logRatio = logMixture.map((exact, i) => {
    const { form } = settings;
    if (form === "posterior" || form === "mixture") return exact;
    if (form !== "released") return logRatioByForm(form, ofSample(i), mixture);
    const category = task.category[i]!;
    const share = category > 0 ? mixture.beta[category - 1]! : mixture.alpha;
    return logReleasedWeight(pooled[i]!, 1 / (task.synthetic + 1), share);
  });
  const clipped = clipRatios(logRatio.map(Math.exp), settings.clip);
  return { logMixture, logRatio, clipped, h: settings.normalise ? selfNormalise(clipped) : clipped };
}

/** The same by the kernels. @throws TiltError when every h is 0 */
export async function ratiosByKernel(
  backend: Backend,
  { category }: ClassifierTask,
  { form, clip, normalise }: RatioOptions,
  { mixture, logW }: SourceRatios,
): Promise<RatioValues> {
  const run = (wanted: RatioForm) =>
    kernelRatios(backend, { logW, mixture, category, form: wanted, clip, normalise });
  const values = await run(form);
  const exact = form === "posterior" || form === "mixture";
  return { logMixture: exact ? values.logRatio : (await run("mixture")).logRatio, ...values };
}
