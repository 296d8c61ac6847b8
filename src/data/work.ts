/** Long work in small steps: other tasks of the thread get their turn, progress is told, and it can be cancelled. */
import { nextTask } from "../base/pause.ts";

export interface WorkOptions {
  readonly signal?: AbortSignal | undefined;
  /** Share of the work that is done, in [0, 1]. */
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Milliseconds between two breaks. */
  readonly breath?: number;
}

export interface Work {
  /** Whether it is time for a break. Cheap: the clock is looked at once in a while. */
  due(units: number): boolean;
  /** A break. @throws the signal's reason when cancelled */
  rest(done: number): Promise<void>;
}

/** @param often units (characters, say) between two looks at the clock */
export function steadyWork({ signal, onProgress, breath = 30 }: WorkOptions, often = 50_000): Work {
  let spent = 0;
  let last = performance.now();
  return {
    due(units) {
      if ((spent += units) < often) return false;
      spent = 0;
      return performance.now() - last >= breath;
    },
    async rest(done) {
      onProgress?.(done);
      await nextTask();
      signal?.throwIfAborted();
      last = performance.now();
    },
  };
}
