/** A worker that can be made to die, for the test of its client. */
import { expose } from "comlink";
import { TiltError } from "../../../src/base/errors.ts";
import { keepProblems } from "../../../src/worker/problems.ts";

keepProblems();
expose({
  datasets: async () => [],
  async deleteDataset(hash: string) {
    throw new TiltError("It is not here.", { where: hash, remedy: "Drop it again." });
  },
  async importFiles(_files: unknown, onProgress: (progress: unknown) => Promise<void>) {
    await onProgress({ rows: 3 });
    return { ok: false };
  },
  // Never answers, and takes the worker down with it.
  stop: () =>
    new Promise(() => {
      setTimeout(() => {
        throw new Error("out of everything");
      }, 10);
    }),
});
