/** A whole training step of a workload as one plan. */
import type { Backend, DispatchTime, Recorder, Scalar, Tensor } from "../../src/backend/backend.ts";
import { type AnyOp, untyped } from "../../src/backend/contract.ts";
import { nextTask } from "../../src/base/pause.ts";
import { createLlama, type LlamaOptions } from "../../src/model/llama.ts";
import { optimizerScalars, setStep } from "../../src/model/optimizer.ts";
import type { Workload } from "./workloads.ts";

export interface Step {
  readonly dispatches: number;
  /** Milliseconds from asking for the plan to having it. */
  readonly compileMs: number;
  /** One step; resolves, after the device has finished, to the mean loss per token before the step. */
  run(): Promise<number>;
  /** Milliseconds of CPU in the last step before it was submitted. */
  encodeMs(): number;
  /** One step with a clock around each dispatch. */
  profile(): Promise<readonly DispatchTime[] | undefined>;
  /** Kinds of dispatches (op and parameters), and how often each occurs. */
  kinds(): { what: string; count: number }[];
  /** One dispatch of each op. */
  examples(): readonly Dispatch[];
  /** Runs one kind of dispatch alone, `repeats` times, and waits for it: to be timed from outside. */
  alone(what: string, repeats: number): Promise<void>;
  free(): void;
}

export interface Dispatch {
  readonly op: AnyOp;
  readonly buffers: Record<string, Tensor>;
  readonly params: Record<string, number | Scalar>;
}

export async function openStep(
  backend: Backend,
  { config, batch: packed, counted }: Workload,
  options: Partial<LlamaOptions> = {},
): Promise<Step> {
  const responses = packed.responseRowStart.length - 1;
  const capacity = { tokens: packed.tokens.length, rows: packed.rowToken.length, responses };
  const model = createLlama(backend, config, { capacity, train: "full", ...options });
  const batch = model.createBatch();
  batch.upload(packed);
  const logps = backend.tensor("logps", "f32", responses);
  const coef = backend.tensor("coef", "f32", responses);
  const counts = Array.from({ length: responses }, (_, r) => counted?.[r] ?? true);
  const { responseRowStart: start } = packed;
  const rows = counts.reduce((sum, counts, r) => sum + (counts ? start[r + 1]! - start[r]! : 0), 0);
  backend.write(
    coef,
    counts.map((counts) => (counts ? -1 / rows : 0)),
  );
  const scalars = optimizerScalars({ beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01, maxNorm: 0 });
  const before = performance.now();
  const kinds = new Map<string, { example: Dispatch; count: number }>();
  const note = (dispatch: Dispatch): void => {
    const values = Object.values(dispatch.params).map((p) => (typeof p === "number" ? p : p.value));
    const what = `${dispatch.op.name} ${values.join(",")}`;
    const kind = kinds.get(what) ?? { example: dispatch, count: 0 };
    kind.count++;
    kinds.set(what, kind);
  };
  const compiling = backend.plan("step", (inner) => {
    const recorder: Recorder = {
      ...inner,
      dispatch(op, buffers, params) {
        note({ op: untyped(op), buffers, params });
        inner.dispatch(op, buffers, params);
      },
    };
    model.recordZero(recorder);
    model.recordForward(recorder, batch, logps);
    model.recordBackward(recorder, batch, coef);
    model.recordUpdate(recorder, scalars);
  });
  // As a run does it: the weights are drawn while the kernels compile.
  await nextTask();
  model.initialise(1);
  const plan = await compiling;
  const compileMs = performance.now() - before;
  const tap = backend.tap(logps, 1);
  let steps = 0;
  let encode = 0;

  return {
    dispatches: plan.dispatches,
    compileMs,
    async run() {
      setStep(scalars, ++steps, 1e-3);
      const start = performance.now();
      plan.run([tap]);
      encode = performance.now() - start;
      let sum = 0;
      (await tap.take()).forEach((logp, r) => {
        if (counts[r]) sum -= logp;
      });
      return sum / rows;
    },
    encodeMs: () => encode,
    profile() {
      setStep(scalars, ++steps, 1e-3);
      return plan.profile();
    },
    kinds: () => [...kinds].map(([what, { count }]) => ({ what, count })),
    examples: () => [
      ...new Map([...kinds.values()].map(({ example }) => [example.op.name, example])).values(),
    ],
    async alone(what, repeats) {
      const { op, buffers, params } = kinds.get(what)!.example;
      const single = await backend.plan(what, (recorder) => {
        for (let i = 0; i < repeats; i++) recorder.dispatch(op, buffers, params);
      });
      single.run();
      await backend.settled();
      single.destroy();
    },
    free() {
      tap.destroy();
      plan.destroy();
      batch.free();
      model.free();
      backend.free(logps);
      backend.free(coef);
    },
  };
}
