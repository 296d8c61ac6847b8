/** Cases for the tests that walk all ops, and how their buffers are filled. */

import type { TensorData } from "../../src/backend/backend.ts";
import {
  type AnyOp,
  type BufferContract,
  elementCount,
  type Op,
  type ParamTypes,
  untyped,
} from "../../src/backend/contract.ts";
import { type Stream, stream } from "../../src/base/random.ts";

export type Fill = (random: Stream, length: number, params: Record<string, number>) => ArrayLike<number>;

export interface GradientOf {
  /** The forward op whose gradient the case's op computes. */
  readonly forward: AnyOp;
  /** Parameters of the forward op where they differ from the case's. */
  readonly params?: Readonly<Record<string, number>>;
  /** Incoming gradient -> the forward output it belongs to, e.g. { dy: "y" }. */
  readonly upstream: Readonly<Record<string, string>>;
  /** Gradient written -> the forward input it belongs to, e.g. { dx: "x" }. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Step of the central difference; default 1e-5. */
  readonly step?: number;
}

export interface OpCase {
  readonly op: AnyOp;
  readonly name: string;
  readonly params: Record<string, number>;
  /** How to fill buffers; floats default to standard normals, integers have no default. */
  readonly fill: Readonly<Record<string, Fill>>;
  /** |wgsl - cpu| <= atol + rtol |cpu|; default 1e-5 each. */
  readonly rtol: number;
  readonly atol: number;
  readonly gradient?: GradientOf;
  /** Buffers that only hold intermediate values: what a kernel leaves in them is not compared. */
  readonly working?: readonly string[];
}

/** States a case; parameter and buffer names are checked against the op. */
export function opCase<B extends Record<string, BufferContract<P>>, P extends ParamTypes>(
  op: Op<B, P>,
  name: string,
  params: { readonly [key in keyof P]: number },
  options: {
    fill?: { readonly [key in keyof B]?: Fill };
    rtol?: number;
    atol?: number;
    gradient?: GradientOf;
    working?: readonly (keyof B & string)[];
  } = {},
): OpCase {
  return {
    op: untyped(op),
    name: `${op.name}: ${name}`,
    params: { ...params },
    fill: (options.fill ?? {}) as Record<string, Fill>,
    rtol: options.rtol ?? 1e-5,
    atol: options.atol ?? 1e-5,
    ...(options.gradient && { gradient: options.gradient }),
    ...(options.working && { working: options.working }),
  };
}

/** The same starting values for every backend. Output buffers are filled too, so that a missed write or add shows. */
export function startingValues(
  testCase: OpCase,
  op: AnyOp = testCase.op,
  params = testCase.params,
): Record<string, TensorData> {
  const values: Record<string, TensorData> = {};
  for (const [name, contract] of Object.entries(op.buffers)) {
    const length = elementCount(op, name, params);
    const random = stream(20250405, `${testCase.name}/${name}`);
    const fill = testCase.fill[name];
    if (contract.type === "f32") {
      values[name] = Float64Array.from(
        fill ? fill(random, length, params) : Array.from({ length }, () => random.normal()),
        Math.fround,
      );
    } else if (fill) {
      const data = fill(random, length, params);
      values[name] = contract.type === "u32" ? Uint32Array.from(data) : Int32Array.from(data);
    } else if (contract.access === "read_write") {
      values[name] = contract.type === "u32" ? new Uint32Array(length) : new Int32Array(length);
    } else {
      throw new Error(`${testCase.name}: say how to fill "${name}"`);
    }
    if (values[name]!.length < length)
      throw new Error(`${testCase.name}: fill of "${name}" gave ${values[name]!.length} of ${length}`);
  }
  return values;
}
