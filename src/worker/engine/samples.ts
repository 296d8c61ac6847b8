/** Samples of the policy in training, taken between two of its steps, or of a finished one, opened again. */
import { messageOf, TiltError } from "../../base/errors.ts";
import type { SampleApi } from "../api/samples.ts";
import type { Core } from "./core.ts";
import { finishedRun } from "./finished.ts";

export function sampleCalls(core: Core): SampleApi {
  const { device, turns, doors } = core;
  let stop: AbortController | undefined;

  return {
    async takeSamples(run, request, onEvent) {
      if (stop)
        throw new TiltError("Samples are being taken.", { remedy: "Stop that first, or wait for its end." });
      const mine = new AbortController();
      stop = mine;
      try {
        if (run === null) {
          if (!doors.trainee) return false;
          const { takeSamples } = await import("../../experiment/samples.ts");
          const { backend } = await device.open();
          const done = await doors.visit(async (trainee, leave) => {
            const step = trainee.step();
            await takeSamples(
              backend,
              { ...trainee, step },
              request,
              AbortSignal.any([mine.signal, leave]),
              onEvent,
            );
            return true;
          });
          return done ?? false;
        }
        const release = await turns.take("Samples", { signal: mine.signal });
        try {
          const [finished, { backend }, { sampleFinished }] = await Promise.all([
            finishedRun(core, run),
            device.open(),
            import("../../experiment/samples.ts"),
          ]);
          await sampleFinished(backend, finished, request, mine.signal, onEvent);
          return true;
        } finally {
          release();
        }
      } catch (thrown) {
        if (mine.signal.aborted) return true;
        throw thrown instanceof TiltError
          ? thrown
          : new TiltError(`The samples could not be written: ${messageOf(thrown)}`, { cause: thrown });
      } finally {
        stop = undefined;
      }
    },
    async stopSampling() {
      stop?.abort();
    },
  };
}
