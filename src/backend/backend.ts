/** What runs ops. Two implementations: webgpu (record once, replay) and cpu (fallback and oracle). */
import type { AnyOp, BufferContract, ElementType, FloatArray, Op, ParamTypes } from "./contract.ts";

/** A typed range of memory owned by a backend. */
export interface Tensor {
  readonly label: string;
  readonly type: ElementType;
  /** Elements, not bytes. */
  readonly length: number;
}

export type TensorData = FloatArray | Uint32Array | Int32Array;

/** A parameter whose value may change between replays of a plan: set `value`, then run. */
export interface Scalar {
  readonly label: string;
  value: number;
}

/** A scalar with a starting value. */
export function scalar(label: string, value: number): Scalar {
  return { label, value };
}

/** Collects the dispatches of a plan. */
export interface Recorder {
  /** One dispatch of `op`. Buffers by the contract's names; parameters are numbers, or scalars read at each run. */
  dispatch<B extends Record<string, BufferContract<P>>, P extends ParamTypes>(
    op: Op<B, P>,
    buffers: { readonly [name in keyof B]: Tensor },
    params: { readonly [name in keyof P]: number | Scalar },
  ): void;
  /** Copies `length` elements (default: all of `from`). */
  copy(from: Tensor, to: Tensor, length?: number): void;
  /** Fills with zero bits. */
  clear(tensor: Tensor): void;
}

/** A recorded list of dispatches. Running it is one submit; nothing is allocated. */
export interface Plan {
  readonly label: string;
  readonly dispatches: number;
  /** Runs the list once; then copies each tap's tensor for reading. */
  run(taps?: readonly Tap[]): void;
  /** Runs the list once with a clock around each dispatch; undefined where the adapter has no clock. For people only. */
  profile(): Promise<readonly DispatchTime[] | undefined>;
  destroy(): void;
}

/** How long one dispatch of a plan took. */
export interface DispatchTime {
  readonly op: string;
  /** Which of the op's kernels. */
  readonly kernel: string;
  readonly params: Readonly<Record<string, number>>;
  readonly milliseconds: number;
}

/** A bounded ring of read-backs of one tensor, so that metrics can be read without stalling the queue. */
export interface Tap {
  /** Captures not yet taken; at most the ring's depth: take one before running into a full ring. */
  readonly inFlight: number;
  /** The values captured by the oldest tapped run not yet taken. */
  take(): Promise<TensorData>;
  destroy(): void;
}

export interface BackendInfo {
  readonly kind: "webgpu" | "cpu";
  /** Adapter or engine in words, e.g. "google swiftshader". */
  readonly adapter: string;
  readonly features: readonly string[];
  /** Largest tensor, in bytes. */
  readonly maxTensorBytes: number;
  /** Kernel chosen per op and class of shapes so far; pass it to `openBackend` to choose the same again. */
  readonly choices: Choices;
}

/** Names of kernels, by op and class of shapes. */
export type Choices = Readonly<Record<string, string>>;

export interface Backend {
  readonly info: BackendInfo;
  /** Resolves (never rejects) with the reason when the device is gone. */
  readonly lost: Promise<string>;
  /** Bytes held by tensors now. */
  readonly bytesInUse: number;
  /** A zero-filled tensor. @throws TiltError when it exceeds the device's limits */
  tensor(label: string, type: ElementType, length: number): Tensor;
  /**
   * A window into a tensor, sharing its memory. `offset` must be a multiple of `viewAlignment` elements.
   */
  view(tensor: Tensor, label: string, offset: number, length: number): Tensor;
  /** Elements to which view offsets must be aligned. */
  readonly viewAlignment: number;
  write(tensor: Tensor, data: ArrayLike<number>, offset?: number): void;
  /** Copies a tensor's values out. Waits for everything submitted so far. */
  read(tensor: Tensor): Promise<TensorData>;
  free(tensor: Tensor): void;
  /** Records a plan. Compiles what it needs, in parallel. @throws TiltError naming shader file and line */
  plan(label: string, record: (recorder: Recorder) => void): Promise<Plan>;
  tap(tensor: Tensor, depth: number): Tap;
  /** Waits until everything submitted has run. @throws TiltError for GPU errors met since the last call */
  settled(): Promise<void>;
  destroy(): void;
}

/** Reads a float tensor. */
export async function readFloats(backend: Backend, tensor: Tensor): Promise<FloatArray> {
  const data = await backend.read(tensor);
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new TypeError(`${tensor.label} holds ${tensor.type}, not f32`);
}

/** Records and runs one dispatch: for tests and one-off work, not for hot paths. */
export async function runOnce<B extends Record<string, BufferContract<P>>, P extends ParamTypes>(
  backend: Backend,
  op: Op<B, P>,
  buffers: { readonly [name in keyof B]: Tensor },
  params: { readonly [name in keyof P]: number },
): Promise<void> {
  const plan = await backend.plan(op.name, (recorder) => recorder.dispatch(op, buffers, params));
  plan.run();
  await backend.settled();
  plan.destroy();
}

export type { AnyOp };
