/** The page's side of the worker: starts it, speaks Comlink to it, and starts another when it dies. */
import { proxy, type Remote, releaseProxy, wrap } from "comlink";
import { TiltError } from "../base/errors.ts";
import type { EngineApi } from "./api.ts";
import { keepProblems } from "./problems.ts";

export interface EngineClient {
  /** The engine. Calls in flight when the worker dies are rejected; later calls reach the new worker. */
  readonly engine: EngineApi;
  /** Told, in words, each time the worker died; a new one is already starting. */
  onCrash(listener: (problem: TiltError) => void): void;
  /** Ends the worker for good. */
  close(): void;
}

/** A worker and a promise that rejects when it dies. */
interface Lifetime {
  readonly worker: Worker;
  readonly remote: Remote<EngineApi>;
  readonly death: Promise<never>;
}

/** Crashes in a row, without one answered call between them, after which restarting is pointless. */
const MAX_CRASHES = 3;

const startWorker = (): Worker =>
  new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "tilt-engine" });

/**
 * Starts the engine's worker.
 * @param start makes the worker; tests give their own
 */
export function connectEngine(start: () => Worker = startWorker): EngineClient {
  keepProblems();
  const listeners = new Set<(problem: TiltError) => void>();
  let crashes = 0;
  let current = begin();

  function begin(): Lifetime {
    const worker = start();
    let die: (reason: TiltError) => void = () => {};
    const death = new Promise<never>((_, reject) => {
      die = reject;
    });
    death.catch(() => {});
    const onDeath = (event: Event): void => {
      event.preventDefault?.();
      if (current.worker !== worker) return;
      const detail = event instanceof ErrorEvent && event.message ? ` (${event.message})` : "";
      const problem = new TiltError(`The engine stopped unexpectedly${detail}.`, {
        remedy: "What was stored is safe. Run again, or reload the page.",
      });
      worker.terminate();
      if (++crashes < MAX_CRASHES) current = begin();
      die(problem);
      for (const listener of listeners) listener(problem);
    };
    worker.addEventListener("error", onDeath);
    worker.addEventListener("messageerror", onDeath);
    return { worker, remote: wrap<EngineApi>(worker), death };
  }

  async function call(name: keyof EngineApi, args: readonly unknown[]): Promise<unknown> {
    const { remote, death } = current;
    const method = remote[name] as unknown as (...args: unknown[]) => Promise<unknown>;
    const sent = args.map((arg) => (typeof arg === "function" ? proxy(arg) : arg));
    const answer = await Promise.race([method(...sent), death]);
    crashes = 0;
    return answer;
  }

  const engine = new Proxy({} as EngineApi, {
    get: (_, name) =>
      typeof name === "string" && name !== "then"
        ? (...args: unknown[]) => call(name as keyof EngineApi, args)
        : undefined,
  });

  return {
    engine,
    onCrash: (listener) => listeners.add(listener),
    close() {
      current.remote[releaseProxy]();
      current.worker.terminate();
    },
  };
}
