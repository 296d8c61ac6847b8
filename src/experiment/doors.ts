/**
 * Where others meet a policy in training: between two steps, one at a time. Training waits for them to leave, so they see
 * the weights of one step; they change nothing, so the run's numbers stay the same.
 */
import type { Llama } from "../model/llama.ts";
import type { Prepared } from "./prepare.ts";
import type { Spec } from "./spec.ts";

/** A policy that is being trained, for visitors. */
export interface Trainee {
  readonly spec: Spec;
  readonly prepared: Prepared;
  readonly model: Llama;
  /** All parameters of the reference. */
  readonly reference: Float32Array;
  /** Steps trained so far. */
  step(): number;
}

export interface Doors {
  /** The policy in training, if there is one. */
  readonly trainee: Trainee | undefined;
  /**
   * Waits for the time between two steps and works there.
   * @param work is told when it has to leave: the run was stopped
   * @returns undefined when training ended before its turn came
   */
  visit<T>(work: (trainee: Trainee, leave: AbortSignal) => Promise<T>): Promise<T | undefined>;
  /** Training's side. */
  readonly training: Training;
}

export interface Training {
  begin(trainee: Trainee): void;
  /** Before a step: waits for visitors to leave. */
  enter(): Promise<void>;
  /** After a step: visitors may come. */
  leave(): void;
  /** No more visits; waits for who is inside. */
  end(): Promise<void>;
}

export function createDoors(): Doors {
  let trainee: Trainee | undefined;
  let busy = false;
  let ending = new AbortController();
  const queue: (() => void)[] = [];

  async function take(): Promise<void> {
    while (busy) await new Promise<void>((resolve) => queue.push(resolve));
    busy = true;
  }
  function free(): void {
    busy = false;
    queue.shift()?.();
  }

  return {
    get trainee() {
      return trainee;
    },
    async visit(work) {
      const wanted = trainee;
      if (!wanted) return undefined;
      const { signal } = ending;
      await take();
      try {
        return trainee === wanted && !signal.aborted ? await work(wanted, signal) : undefined;
      } finally {
        free();
      }
    },
    training: {
      begin(next) {
        ending = new AbortController();
        trainee = next;
      },
      enter: take,
      leave: free,
      async end() {
        ending.abort();
        trainee = undefined;
        await take();
        free();
      },
    },
  };
}
