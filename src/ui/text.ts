/** Numbers and counts as people read them. */
import type { Stage } from "../experiment/events.ts";
import type { PreparingStage } from "../worker/api.ts";
import type { RunView } from "./state/run_view.ts";

const THIN = "\u202f";
const DASH = "–";

/** 1 482, with a thin space that no line breaks at, and a real minus. */
export function integer(value: number): string {
  const digits = Math.abs(Math.round(value)).toString();
  return minus(value < 0) + digits.replace(/\B(?=(\d{3})+$)/g, THIN);
}

/** A fixed number of decimals; a dash where there is no number. */
export function fixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || Number.isNaN(value)) return DASH;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = Math.abs(value).toFixed(decimals);
  return minus(value < 0 && Number(text) !== 0) + text;
}

/** As few digits as say it, at most four: for values a person typed or chose. */
export function plain(value: number): string {
  const text = String(Number(value.toPrecision(4)));
  return text.replace("-", "−").replace("e+", "e");
}

/** Three significant digits, for values of unknown size. */
export function brief(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return DASH;
  if (value === 0 || !Number.isFinite(value)) return fixed(value, 0);
  const size = Math.abs(value);
  if (size >= 10000 || size < 0.001) return value.toExponential(1).replace("-", "−").replace("e+", "e");
  return fixed(value, Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(size)))));
}

/** "+0.63", "−1.05". */
export function signed(value: number | null | undefined, decimals: number): string {
  const text = fixed(value, decimals);
  return value && value > 0 && Number.isFinite(value) ? `+${text}` : text;
}

export function percent(share: number | null | undefined, decimals = 0): string {
  return share === null || share === undefined ? DASH : `${fixed(100 * share, decimals)} %`;
}

/** "1 row", "3 rows". */
export function count(n: number, word: string, plural = `${word}s`): string {
  return `${integer(n)} ${n === 1 ? word : plural}`;
}

export function bytes(n: number): string {
  if (n < 1000) return `${n} bytes`;
  if (n < 1e6) return `${fixed(n / 1000, n < 1e4 ? 1 : 0)} kB`;
  return n < 1e9 ? `${fixed(n / 1e6, 1)} MB` : `${fixed(n / 1e9, 1)} GB`;
}

/** "8 s", "2 min 5 s". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return DASH;
  if (seconds < 10) return `${fixed(seconds, 1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function minus(negative: boolean): string {
  return negative ? "−" : "";
}

export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  data: "reading data",
  ratio: "training the source classifier",
  sft: "fine-tuning the reference",
  reference: "scoring with the reference",
  train: "training the policy",
  evaluate: "evaluating on held-out rows",
};

/** Stages run by themselves, as the transport and the title call them. */
export const ALONE_WORDS: Readonly<Record<PreparingStage, string>> = {
  data: "Data alone",
  ratio: "Ratio alone",
  sft: "Reference alone",
};

const STAGE_ORDER: readonly Stage[] = ["data", "ratio", "sft", "reference", "train", "evaluate"];
/** Rough shares of the time of a run, for one bar over all stages; within a stage the engine counts. */
const STAGE_SHARE: readonly number[] = [0.02, 0.13, 0.25, 0.05, 0.5, 0.05];

/** Fraction of a run that is done, from 0 to 1. */
export function fractionDone(
  run: Pick<RunView, "progress" | "status"> & { readonly only?: PreparingStage | null },
): number {
  if (run.status === "done") return 1;
  if (!run.progress) return 0;
  const { stage, done, of } = run.progress;
  if (run.only) return stage === run.only && of > 0 ? Math.min(1, done / of) : 0;
  const at = STAGE_ORDER.indexOf(stage);
  const before = STAGE_SHARE.slice(0, at).reduce((sum, share) => sum + share, 0);
  return Math.min(1, before + STAGE_SHARE[at]! * (of > 0 ? Math.min(1, done / of) : 0));
}
