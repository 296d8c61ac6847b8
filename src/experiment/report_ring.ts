/** Several small tensors read back together, some steps later: one copy at the end of a run, one map, no stall. */
import type { Backend, Recorder, Tap, Tensor, TensorData } from "../backend/backend.ts";

export interface ReportRing<Name extends string> {
  /** Handed to `Plan.run`. */
  readonly tap: Tap;
  /** Runs captured and not yet taken. */
  readonly inFlight: number;
  /** Last part of a plan: gathers the tensors. */
  record(recorder: Recorder): void;
  /** The oldest capture not yet taken, by name. */
  take(): Promise<{ readonly [name in Name]: TensorData }>;
  free(): void;
}

/** @param tensors f32 tensors by name @param depth most runs under way */
export function createReportRing<Name extends string>(
  backend: Backend,
  tensors: { readonly [name in Name]: Tensor },
  depth: number,
): ReportRing<Name> {
  const names = Object.keys(tensors) as Name[];
  const starts: number[] = [];
  let length = 0;
  for (const name of names) {
    starts.push(length);
    length += Math.ceil(tensors[name].length / backend.viewAlignment) * backend.viewAlignment;
  }
  const report = backend.tensor("report", "f32", length);
  const tap = backend.tap(report, depth);
  return {
    tap,
    get inFlight() {
      return tap.inFlight;
    },
    record(recorder) {
      names.forEach((name, i) => {
        const source = tensors[name];
        recorder.copy(source, backend.view(report, `report ${name}`, starts[i]!, source.length));
      });
    },
    async take() {
      const all = await tap.take();
      const parts = names.map(
        (name, i) => [name, all.slice(starts[i]!, starts[i]! + tensors[name].length)] as const,
      );
      return Object.fromEntries(parts) as { [name in Name]: TensorData };
    },
    free() {
      tap.destroy();
      backend.free(report);
    },
  };
}
