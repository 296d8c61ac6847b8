/** Tilt as an entry of the peers' harness: `init`, and per workload a `run` that does one step and waits for it. */
import type { Backend, BackendInfo } from "../../src/backend/backend.ts";
import { openBackend } from "../../src/backend/open.ts";
import { openClassifier } from "./dense_classifier.ts";
import { openProduct } from "./products.ts";
import { openStep } from "./step.ts";
import { tinyLm } from "./workloads.ts";

/** The part of the harness's src/spec.js that Tilt needs: its sizes and data, so that results can be compared. */
export interface HarnessSpec {
  readonly GEMM: Readonly<Record<string, { readonly M: number; readonly N: number; readonly K: number }>>;
  gemmData(size: { readonly M: number; readonly N: number; readonly K: number }): {
    readonly a: Float32Array;
    readonly b: Float32Array;
  };
  readonly CLS: { readonly B: number; readonly D: number; readonly H: number };
  clsParams(): readonly { readonly data: Float32Array }[];
  clsData(): { readonly x: Float32Array; readonly y: ArrayLike<number> };
  readonly ADAM: { readonly lr: number };
}

export interface Running {
  run(): Promise<number>;
  readonly note?: string;
}

export interface Entry {
  init(): Promise<BackendInfo>;
  readonly workloads: Readonly<Record<string, () => Promise<Running>>>;
}

/** @param spec the harness's src/spec.js */
export function tiltEntry(spec: HarnessSpec): Entry {
  let backend: Backend | undefined;
  const opened = (): Backend => {
    if (!backend) throw new Error("init() comes first");
    return backend;
  };
  const gemm = (name: string) => async (): Promise<Running> => {
    const size = spec.GEMM[name]!;
    const product = await openProduct(
      opened(),
      "nn",
      { m: size.M, n: size.N, k: size.K },
      spec.gemmData(size),
    );
    return { run: product.run, note: JSON.stringify(opened().info.choices) };
  };
  return {
    async init() {
      const { backend: found, fallback } = await openBackend(navigator.gpu, "webgpu");
      if (fallback) throw new Error(fallback);
      backend = found;
      return backend.info;
    },
    workloads: {
      gemm512: gemm("gemm512"),
      gemm1024: gemm("gemm1024"),
      async classifier() {
        const { B, D, H } = spec.CLS;
        const parts = spec.clsParams().map(({ data }) => data);
        const weights = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
        let at = 0;
        for (const part of parts) {
          weights.set(part, at);
          at += part.length;
        }
        const { lr } = spec.ADAM;
        return openClassifier(opened(), { rows: B, features: D, hidden: H, ...spec.clsData(), weights, lr });
      },
      async lm() {
        const step = await openStep(opened(), tinyLm());
        return {
          run: step.run,
          note: `Llama-style: ${step.dispatches} dispatches, ${step.compileMs.toFixed(0)} ms to compile; losses are its own`,
        };
      },
    },
  };
}
