/**
 * The digest of a run: a hash over the bits of its metrics, with enough of its curves beside it to say how far another
 * run of the same experiment strays.
 */
import { canonicalJson } from "../base/canonical.ts";
import { sha256 } from "../base/sha256.ts";
import type { Environment, RunRecord, StepRecord } from "./events.ts";
import { isTiming } from "./metrics.ts";

/** One metric of one stage, over steps. */
export interface Curve {
  /** Stage and metric, e.g. "train/loss". */
  readonly name: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** Where the numbers were computed; they are bit-identical only there. */
export interface DigestEnvironment {
  readonly backend: string;
  readonly adapter: string;
  /** Version of Tilt's engine. */
  readonly engine: string;
  /** Features of the device that kernels use, and a fingerprint of the kernels chosen; absent where there is no choice. */
  readonly variant?: string;
}

/** Features of a device that change which kernels run. */
const USED_FEATURES: readonly string[] = ["shader-f16", "subgroups"];

/** What of a run's environment decides its bits. */
export function digestEnvironment({
  backend,
  adapter,
  engine,
  features,
  choices = {},
}: Environment): DigestEnvironment {
  const kernels =
    Object.keys(choices).length > 0 ? [`kernels ${sha256(canonicalJson(choices)).slice(0, 8)}`] : [];
  const variant = [...USED_FEATURES.filter((one) => features.includes(one)), ...kernels].join(", ");
  return { backend, adapter, engine, ...(variant !== "" && { variant }) };
}

export interface Digest {
  /** SHA-256 (hex) over all metrics' float32 bits; `metricHash`. */
  readonly hash: string;
  readonly environment: DigestEnvironment;
  /** All curves, or a sample of them (`sampleCurves`) where space is short. */
  readonly curves: readonly Curve[];
}

/** The records a run leaves behind, by stage. */
export interface RunCurves {
  readonly sft: readonly StepRecord[];
  readonly train: readonly StepRecord[];
  readonly evaluation: readonly StepRecord[];
}

/** Every metric of a run as a curve, sorted by name. Timings are left out: they say nothing about the experiment. */
export function curvesOf(run: RunCurves): Curve[] {
  const curves = new Map<string, { name: string; steps: number[]; values: number[] }>();
  for (const stage of ["sft", "train", "evaluation"] as const) {
    for (const { step, values } of run[stage]) {
      for (const [metric, value] of Object.entries(values)) {
        if (isTiming(metric)) continue;
        const name = `${stage}/${metric}`;
        const curve = curves.get(name) ?? { name, steps: [], values: [] };
        curves.set(name, curve);
        curve.steps.push(step);
        curve.values.push(value);
      }
    }
  }
  return [...curves.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** SHA-256 over names, steps and float32 bit patterns of curves. One flipped bit anywhere gives another hash. */
export function metricHash(curves: readonly Curve[]): string {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (const { name, steps, values } of [...curves].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const label = encoder.encode(name);
    const bytes = new Uint8Array(8 + label.length + 8 * steps.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, label.length);
    view.setUint32(4, steps.length);
    bytes.set(label, 8);
    steps.forEach((step, i) => {
      const at = 8 + label.length + 8 * i;
      view.setUint32(at, step);
      view.setUint32(at + 4, bitsOf(values[i]!));
    });
    parts.push(bytes);
  }
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return sha256(all);
}

/** The digest of a run with all of its curves. */
export function digestOf(run: RunCurves, environment: DigestEnvironment): Digest {
  const curves = curvesOf(run);
  return { hash: metricHash(curves), environment, curves };
}

/** The digest of a run as it was recorded. Its hash is the one that was stored. */
export function digestOfRecord(record: RunRecord): Digest {
  return {
    hash: record.digest,
    environment: digestEnvironment(record.environment),
    curves: curvesOf(record),
  };
}

/** Metrics that a link carries a few points of, the most telling first. */
const TELLING = [
  "train/loss",
  "evaluation/eval_rewards/accuracies",
  "train/robust/value",
  "train/rewards/accuracies",
  "evaluation/eval_loss",
  "train/grad_norm",
];

/**
 * A digest small enough for a link: a few points of the most telling curves, to six digits. The hash stays that of
 * all bits of all metrics.
 */
export function sampleDigest(digest: Digest, curves = 3, points = 6): Digest {
  const rank = (name: string) => (TELLING.indexOf(name) + TELLING.length + 1) % (TELLING.length + 1);
  const chosen = [...digest.curves].sort((a, b) => rank(a.name) - rank(b.name)).slice(0, curves);
  return { ...digest, curves: chosen.map((curve) => sampleCurve(curve, points)) };
}

function sampleCurve({ name, steps, values }: Curve, points: number): Curve {
  const count = Math.min(points, steps.length);
  const picks = Array.from({ length: count }, (_, i) =>
    count === 1 ? steps.length - 1 : Math.round((i * (steps.length - 1)) / (count - 1)),
  );
  return {
    name,
    steps: picks.map((i) => steps[i]!),
    values: picks.map((i) => (Number.isFinite(values[i]!) ? Number(values[i]!.toPrecision(6)) : values[i]!)),
  };
}

const scratch = new DataView(new ArrayBuffer(4));

/** Bits of a number as float32; every NaN is the same. */
export function bitsOf(value: number): number {
  if (Number.isNaN(value)) return 0x7fc00000;
  scratch.setFloat32(0, value);
  return scratch.getUint32(0);
}
