/** The backend a command runs on: Dawn's adapter, or the CPU, saying so. */
import type { Backend } from "../backend/backend.ts";
import { openBackend } from "../backend/open.ts";
import { TiltError } from "../base/errors.ts";
import { environmentOf } from "../experiment/environment.ts";
import type { Environment } from "../experiment/events.ts";
import { openDawn } from "./dawn.ts";

/** @param wanted value of --backend @throws TiltError when it is neither webgpu nor cpu */
export async function openCommandBackend(
  wanted: string,
): Promise<{ readonly backend: Backend; readonly environment: Environment }> {
  if (wanted !== "webgpu" && wanted !== "cpu") {
    throw new TiltError(`"${wanted}" is not a backend.`, {
      where: "--backend",
      remedy: "Use webgpu or cpu.",
    });
  }
  const { gpu, reason } = wanted === "webgpu" ? await openDawn() : { gpu: undefined };
  const { backend, fallback: noAdapter } = await openBackend(gpu, wanted);
  const fallback = noAdapter && (reason ?? noAdapter);
  if (fallback) console.error(`No GPU: ${fallback}. Running on the CPU.`);
  const environment = environmentOf(backend.info, `Node ${process.version}`, fallback);
  console.error(`${environment.adapter} (${environment.backend})`);
  return { backend, environment };
}
