/**
 * Runs experiments on one backend, and keeps what later runs share: the same data, ratio and reference serve ERM,
 * reweighting, DRO and DoRA alike.
 */
import type { Backend } from "../backend/backend.ts";
import { problemOf } from "../base/errors.ts";
import { sha256 } from "../base/sha256.ts";
import { Stopped } from "./control.ts";
import type { Environment } from "./events.ts";
import type { Lab } from "./job.ts";
import { labMemory, ratioKey } from "./lab_memory.ts";
import { prepareRun } from "./run_job.ts";
import { type Ending, runLog } from "./run_log.ts";
import { checkState } from "./run_state.ts";

export function createLab(backend: Backend, environment: Environment): Lab {
  const memory = labMemory();
  return {
    known: (datasetHash) => memory.known.get(datasetHash),
    progress: () => memory.progress,
    evidence(datasetHash, spec) {
      const { evidence } = memory;
      if (evidence?.datasetHash !== datasetHash) return undefined;
      return spec && evidence.key !== ratioKey(spec, datasetHash) ? undefined : evidence.of;
    },
    keptEvidence(datasetHash, spec) {
      const key = ratioKey(spec, datasetHash);
      const { evidence } = memory;
      return evidence?.kept && evidence.key === key ? { id: sha256(key), kept: evidence.kept } : undefined;
    },

    async run(job) {
      const { spec, dataset, control, checkpoints, emit } = job;
      const kept = checkpoints?.from;
      if (kept) checkState(kept, spec, dataset.hash);
      const log = runLog(spec, dataset, kept, emit);
      memory.progress = undefined;
      const finish = await prepareRun(backend, memory, job, log);

      let how: Pick<Ending, "outcome" | "problem"> = { outcome: "done" };
      try {
        await finish();
      } catch (thrown) {
        const stopped = thrown instanceof Stopped || control.signal.aborted;
        how = stopped ? { outcome: "stopped" } : { outcome: "failed", problem: problemOf(thrown) };
      }
      return log.end({
        ...how,
        environment: { ...environment, choices: { ...backend.info.choices } },
      });
    },
  };
}
