/** Which of an op's kernels to run: the one a caller named, the one measured to be fastest, or the default. */
import type { Choices, Scalar } from "../backend.ts";
import type { AdapterTraits, AnyOp, Kernel, ParamTypes } from "../contract.ts";
import { valuesOf } from "../recording.ts";

export type AnyKernel = Kernel<ParamTypes>;
type Params = Readonly<Record<string, number | Scalar>>;

/** Name of the op's own kernel. */
export const PLAIN = "plain";

/** Times kernels on scratch memory: milliseconds of one dispatch of each. */
export type Stopwatch = (
  op: AnyOp,
  kernels: readonly AnyKernel[],
  params: Readonly<Record<string, number>>,
) => Promise<readonly number[]>;

export interface Chooser {
  /** Kernels chosen so far, by op and class of shapes. */
  readonly choices: Choices;
  choose(op: AnyOp, params: Params): Promise<AnyKernel>;
}

/** Kernels that are right for these parameters on this device, best guess first. The op itself is always one. */
export function fittingKernels(
  op: AnyOp,
  params: Params,
  features: { has(feature: string): boolean },
): AnyKernel[] {
  const fits = ({ needs = [], multiples = {} }: AnyKernel): boolean =>
    needs.every((feature) => features.has(feature)) &&
    Object.entries(multiples).every(([name, factor]) => {
      const value = params[name];
      // A scalar may be anything at the next run.
      return typeof value === "number" && value % factor! === 0;
    });
  return [...(op.variants ?? []).filter(fits), op];
}

/** A measured kernel must be this much faster than an earlier one to be preferred: noise should not choose. */
const MARGIN = 0.97;

/**
 * @param given choices made before; others are made here and added
 * @param stopwatch absent: defaults are taken unmeasured
 * @param onMeasured told all choices so far after each measurement
 */
export function createChooser(
  features: { has(feature: string): boolean },
  traits: AdapterTraits,
  given: Choices = {},
  stopwatch?: Stopwatch,
  onMeasured?: (choices: Choices) => void,
): Chooser {
  const choices: Record<string, string> = { ...given };
  const underway = new Map<string, Promise<string>>();

  const byDefault = (kernels: readonly AnyKernel[], values: Record<string, number>): AnyKernel =>
    kernels.find((kernel) => kernel.suits?.(traits, values) ?? true) ?? kernels[kernels.length - 1]!;

  const measure = async (op: AnyOp, kernels: readonly AnyKernel[], values: Record<string, number>) => {
    const times = await stopwatch!(op, kernels, values);
    let best = 0;
    times.forEach((time, i) => {
      if (time < times[best]! * MARGIN) best = i;
    });
    return kernels[best]!.id ?? PLAIN;
  };

  return {
    choices,
    async choose(op, params) {
      const kernels = fittingKernels(op, params, features);
      const values = valuesOf(params);
      if (kernels.length === 1 || !op.shapeClass) return byDefault(kernels, values);
      // Which kernels fit belongs to the class: a choice must not name one that does not.
      const key = `${op.name} ${op.shapeClass(values)}`;
      const named = (id: string | undefined): AnyKernel | undefined =>
        id === undefined ? undefined : kernels.find((kernel) => (kernel.id ?? PLAIN) === id);
      const known = named(choices[key]);
      if (known) return known;
      if (!stopwatch) {
        const kernel = byDefault(kernels, values);
        choices[key] ??= kernel.id ?? PLAIN;
        return kernel;
      }
      let result = underway.get(key);
      if (!result) {
        result = measure(op, kernels, values).then((id) => {
          choices[key] ??= id;
          onMeasured?.({ ...choices });
          return id;
        });
        underway.set(key, result);
      }
      return named(await result) ?? byDefault(kernels, values);
    },
  };
}
