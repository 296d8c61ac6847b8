/** Runs ops as their plain loops. The fallback without WebGPU, and, in float64, the oracle of the tests. */
import { TiltError } from "../../base/errors.ts";
import type { Backend, Plan, Recorder, Tap, Tensor, TensorData } from "../backend.ts";
import { type AnyOp, type ElementType, untyped } from "../contract.ts";
import { checkDispatch, valuesOf } from "../recording.ts";

interface CpuTensor extends Tensor {
  readonly data: TensorData;
}

const MAX_BYTES = 2 ** 31;

/**
 * @param options.precision "f32" stores floats as the GPU does; "f64" keeps every intermediate in double precision
 */
export function createCpuBackend(options: { precision?: "f32" | "f64" } = {}): Backend {
  const exact = options.precision === "f64";
  const live = new Set<CpuTensor>();

  const allocate = (type: ElementType, length: number): TensorData => {
    if (type === "u32") return new Uint32Array(length);
    if (type === "i32") return new Int32Array(length);
    return exact ? new Float64Array(length) : new Float32Array(length);
  };
  const dataOf = (tensor: Tensor): TensorData => (tensor as CpuTensor).data;

  const step = (op: AnyOp, buffers: Record<string, Tensor>, params: Parameters<typeof valuesOf>[0]) => {
    checkDispatch(op, buffers, params);
    const arrays: Record<string, TensorData> = {};
    for (const name in op.buffers) arrays[name] = dataOf(buffers[name]!);
    return () => op.cpu(arrays, valuesOf(params));
  };

  const backend: Backend = {
    info: {
      kind: "cpu",
      adapter: exact ? "CPU, float64" : "CPU, float32",
      features: [],
      maxTensorBytes: MAX_BYTES,
      choices: {},
    },
    lost: new Promise(() => {}),
    get bytesInUse() {
      let bytes = 0;
      for (const tensor of live) bytes += tensor.data.byteLength;
      return bytes;
    },
    viewAlignment: 1,
    tensor(label, type, length) {
      if (length * 4 > MAX_BYTES)
        throw new TiltError(`"${label}" needs ${length * 4} bytes`, {
          remedy: "Use a smaller model or batch.",
        });
      const tensor: CpuTensor = { label, type, length, data: allocate(type, length) };
      live.add(tensor);
      return tensor;
    },
    view(tensor, label, offset, length) {
      const view: CpuTensor = {
        label,
        type: tensor.type,
        length,
        data: dataOf(tensor).subarray(offset, offset + length),
      };
      return view;
    },
    write(tensor, data, offset = 0) {
      dataOf(tensor).set(data, offset);
    },
    async read(tensor) {
      return dataOf(tensor).slice();
    },
    free(tensor) {
      live.delete(tensor as CpuTensor);
    },
    async plan(label, record) {
      const steps: (() => void)[] = [];
      let dispatches = 0;
      const recorder: Recorder = {
        dispatch(op, buffers, params) {
          dispatches++;
          steps.push(step(untyped(op), buffers, params));
        },
        copy(from, to, length = from.length) {
          steps.push(() => dataOf(to).set(dataOf(from).subarray(0, length)));
        },
        clear(tensor) {
          steps.push(() => dataOf(tensor).fill(0));
        },
      };
      record(recorder);
      const plan: Plan = {
        label,
        dispatches,
        run(taps = []) {
          for (const run of steps) run();
          for (const tap of taps) (tap as CpuTap).capture();
        },
        async profile() {
          return undefined; // the loops are for reading, not for speed
        },
        destroy() {},
      };
      return plan;
    },
    tap: (tensor) => cpuTap(dataOf(tensor)),
    async settled() {},
    destroy() {
      live.clear();
    },
  };
  return backend;
}

interface CpuTap extends Tap {
  capture(): void;
}

function cpuTap(data: TensorData): CpuTap {
  const captured: TensorData[] = [];
  return {
    capture: () => captured.push(data.slice()),
    get inFlight() {
      return captured.length;
    },
    async take() {
      const oldest = captured.shift();
      if (!oldest) throw new TiltError("nothing was captured", { where: "tap" });
      return oldest;
    },
    destroy() {},
  };
}
