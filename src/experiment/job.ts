/** What a lab is asked to do, and what it knows: the types between it and those who use it. */
import type { Dataset } from "../data/dataset.ts";
import type { ExportedFile } from "../model/checkpoint/export.ts";
import type { Control } from "./control.ts";
import type { Training } from "./doors.ts";
import type { DrawLog } from "./draws.ts";
import type { ResponseEstimate, RunEvent, RunRecord, StepRecord, UnitInfo } from "./events.ts";
import type { EvidenceOf, KeptEvidence } from "./evidence.ts";
import type { Pretrained } from "./pretrained.ts";
import type { Checkpoints } from "./run_state.ts";
import type { Spec } from "./spec.ts";

export interface Job {
  readonly spec: Spec;
  readonly dataset: Dataset;
  readonly control: Control;
  /** The model that the spec's model.pretrained names. */
  readonly pretrained?: Pretrained;
  /** The model whose hidden states the source classifier reads, where the spec asks for them. */
  readonly reader?: Pretrained;
  /** Takes the trained policy's files once it has been judged. */
  keep?(files: readonly ExportedFile[]): Promise<void>;
  /** Takes what was trained, to write with it later. */
  keepTrained?(weights: TrainedWeights): Promise<void>;
  /** Does this stage alone and what it needs; what it finds is remembered, so that a run after it does not do it again. */
  readonly only?: PreparingStage;
  /** Keeps states of training to go on from, and goes on from one. Not for self-training. */
  readonly checkpoints?: Checkpoints;
  /** Where others may use the policy between two steps of its training. */
  readonly training?: Training;
  emit(event: RunEvent): void;
}

/** Stages that can be run by themselves, before any training of the policy. */
export type PreparingStage = "data" | "ratio" | "sft";

/** A finished policy, as it lies in the pools of its model. */
export interface TrainedWeights {
  /** Equal keys mean the same reference. */
  readonly referenceKey: string;
  /** All parameters of the reference. */
  readonly reference: Float32Array;
  /** What training changed: all parameters, or the adapters. */
  readonly trained: Float32Array;
}

/** A fine-tuned reference and how it got there. */
export interface Reference {
  readonly parameters: Float32Array;
  readonly records: readonly StepRecord[];
}

/** What the lab knows about a dataset's rows after a run on it. */
export interface Known {
  /** By group and response. */
  readonly estimates: readonly (readonly ResponseEstimate[])[] | null;
  readonly heldOut: ReadonlySet<number>;
}

/** The run going on, or the last one: what the table and a group's curve show before its record is stored. */
export interface Progress {
  readonly datasetHash: string;
  readonly spec: Spec;
  readonly units: readonly UnitInfo[];
  readonly lastWeights: readonly (number | null)[];
  readonly draws: Pick<DrawLog, "draws" | "count">;
}

export interface Lab {
  /** Runs to the end, to a stop, or to a failure; all three come back as a record. @throws TiltError only when the data cannot carry the spec */
  run(job: Job): Promise<RunRecord>;
  known(datasetHash: string): Known | undefined;
  /** Of the newest run; undefined until its units are known. */
  progress(): Progress | undefined;
  /** Evidence of the newest ratio stage, where it was on this dataset and, if given, as this spec describes it. */
  evidence(datasetHash: string, spec?: Spec): EvidenceOf | undefined;
  /** The same as plain data, under an id that is equal for equal ratios. */
  keptEvidence(
    datasetHash: string,
    spec: Spec,
  ): { readonly id: string; readonly kept: KeptEvidence } | undefined;
}
