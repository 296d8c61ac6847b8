/** A run as it stands after a step: enough to go on from it in another tab, worker or device, with the same numbers. */
import { TiltError } from "../base/errors.ts";
import { specHash } from "./canonical.ts";
import type { Draws, RunRecord, StepRecord } from "./events.ts";
import type { RoundsState } from "./online/self_training.ts";
import type { AlignState } from "./policy.ts";
import type { SftState } from "./sft_stage.ts";
import type { Spec } from "./spec.ts";

/** Raised when states of the old form can no longer be gone on from; 2 is a state within the reference, 3 one between rounds. */
const STATE_VERSION = 1;
const WITHIN_REFERENCE = 2;
const BETWEEN_ROUNDS = 3;

/** Plain data: it is stored as it is. */
export interface RunState extends AlignState, Pick<RunRecord, "id" | "spec" | "datasetHash" | "startedAt"> {
  readonly version: number;
  readonly seconds: RunRecord["seconds"];
  /** Where fine-tuning the reference stands, while that is not done; `step` is 0 then. */
  readonly sft?: SftState;
  /** What a self-training round left for the next; `step` counts over the rounds then, and nothing is carried. */
  readonly rounds?: RoundsState;
  /** The frozen reference and how it got there; its parameters are empty while it is not done. */
  readonly reference: { readonly parameters: Float32Array; readonly records: readonly StepRecord[] };
  readonly train: readonly StepRecord[];
  readonly evaluation: readonly StepRecord[];
  readonly lastWeights: RunRecord["lastWeights"];
  readonly draws: Draws;
}

export function runState(state: Omit<RunState, "version">): RunState {
  return { version: versionOf(state), ...state };
}

function versionOf({ sft, rounds }: Pick<RunState, "sft" | "rounds">): number {
  if (sft) return WITHIN_REFERENCE;
  return rounds ? BETWEEN_ROUNDS : STATE_VERSION;
}

/** When states are kept, and where they go. */
export interface Checkpoints {
  /** A state to go on from, instead of starting. */
  readonly from?: RunState;
  /** Whether the state after this step (0: before the first) should be kept. */
  due(step: number): boolean;
  /** The same for a step of the reference; absent where it is not kept before it is done. */
  referenceDue?(step: number): boolean;
  keep(state: RunState): Promise<void>;
}

/** @throws TiltError when the state is of another experiment, or of a form that this engine does not know */
export function checkState(state: RunState, spec: Spec, datasetHash: string): void {
  const other = (what: string): TiltError =>
    new TiltError(what, { where: state.id, remedy: "Start over with the same seed." });
  if (state.version !== versionOf(state)) throw other("The kept state was made by another version of Tilt.");
  if (specHash(state.spec) !== specHash(spec) || state.datasetHash !== datasetHash)
    throw other("The kept state is of another experiment.");
}
