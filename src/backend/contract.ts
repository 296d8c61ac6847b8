/**
 * What an op is: one WGSL file, one contract, one plain loop.
 *
 * The contract names every buffer (binding 1, 2, ... in the order written) and every parameter (fields of the uniform
 * struct `Params` at binding 0, in the order written). test/ops/contract.test.ts reflects each shader and fails when
 * the two disagree; recording checks buffer types and lengths against the shapes.
 */
import { TiltError } from "../base/errors.ts";
import type { LinkedShader } from "./shader.ts";

export type ElementType = "f32" | "u32" | "i32";
export type FloatArray = Float32Array | Float64Array;

/** Values of a tensor on the CPU. Float tensors are Float64Array on the exact CPU backend, else Float32Array. */
export interface ArrayOf {
  f32: FloatArray;
  u32: Uint32Array;
  i32: Int32Array;
}

/** One dimension: a constant, a parameter's name, or a function of the parameters. */
export type Dimension<P> = number | keyof P | ((params: Values<P>) => number);

export interface BufferContract<P> {
  readonly type: ElementType;
  readonly access: "read" | "read_write";
  /** Row-major shape; the tensor bound must hold at least its product. */
  readonly shape: readonly Dimension<P>[];
}

export type ParamTypes = Readonly<Record<string, "u32" | "i32" | "f32">>;
/** Parameter values by name. */
export type Values<P> = { readonly [name in keyof P]: number };
export type Workgroups = readonly [x: number, y: number, z: number];

/** One way to run the op on the GPU. */
export interface Kernel<P> {
  readonly shader: LinkedShader;
  readonly workgroupSize: readonly [x: number, y: number, z: number];
  /** Workgroup counts for these parameters; each at most 65,535 (see `grid1d`). */
  workgroups(params: Values<P>): Workgroups;
  /** Values of the shader's `override` constants. */
  readonly overrides?: Readonly<Record<string, number>>;
  /** Device features without which this kernel cannot run. */
  readonly needs?: readonly GPUFeatureName[];
  /** What this kernel is called among its op's variants; the op itself is "plain". */
  readonly id?: string;
  /** Parameters that must be multiples of a number, and the same at each run, for this kernel to be right. */
  readonly multiples?: { readonly [name in keyof P]?: number };
  /** Whether to take this kernel unmeasured; absent means always. */
  suits?(adapter: AdapterTraits, params: Values<P>): boolean;
}

/** What decides between kernels that nobody has measured. */
export interface AdapterTraits {
  /** The adapter is a CPU that emulates a GPU: few lanes, costly loads, costly barriers. */
  readonly emulated: boolean;
}

export interface Op<B extends Record<string, BufferContract<P>>, P extends ParamTypes> extends Kernel<P> {
  readonly name: string;
  readonly buffers: B;
  readonly params: P;
  /** Other kernels for the same contract; the first that fits and suits is used, else the op itself. */
  readonly variants?: readonly Kernel<P>[];
  /** Names a class of shapes for which the fastest kernel is the same; makes the choice one to be measured. */
  shapeClass?(params: Values<P>): string;
  /** The same computation as a readable loop: the CPU backend and the oracle of the shader's test. */
  cpu(buffers: { readonly [name in keyof B]: ArrayOf[B[name]["type"]] }, params: Values<P>): void;
}

/** An op whose names are not known to the type checker: what backends work with. */
export interface AnyOp {
  readonly name: string;
  readonly shader: LinkedShader;
  readonly workgroupSize: readonly [number, number, number];
  workgroups(params: Record<string, number>): Workgroups;
  readonly overrides?: Readonly<Record<string, number>>;
  readonly needs?: readonly GPUFeatureName[];
  readonly variants?: readonly Kernel<ParamTypes>[];
  shapeClass?(params: Record<string, number>): string;
  readonly buffers: Readonly<Record<string, BufferContract<ParamTypes>>>;
  readonly params: ParamTypes;
  cpu(buffers: Record<string, FloatArray | Uint32Array | Int32Array>, params: Record<string, number>): void;
}

/** States an op. Only checks types; returns its argument. */
export function defineOp<const P extends ParamTypes, const B extends Record<string, BufferContract<P>>>(
  op: Op<B, P>,
): Op<B, P> {
  return op;
}

/** The op as backends see it: the one place where the names' types are let go. */
export function untyped<B extends Record<string, BufferContract<P>>, P extends ParamTypes>(
  op: Op<B, P>,
): AnyOp {
  // Sound because backends only pass buffers and parameters under the names the contract itself lists.
  return op as unknown as AnyOp;
}

/** Elements a buffer must hold under these parameters. */
export function elementCount(op: AnyOp, buffer: string, params: Record<string, number>): number {
  let count = 1;
  for (const dimension of op.buffers[buffer]!.shape) {
    if (typeof dimension === "number") count *= dimension;
    else if (typeof dimension === "function") count *= dimension(params);
    else count *= params[dimension]!;
  }
  return count;
}

const MAX_WORKGROUPS = 65_535;

/**
 * Workgroup counts for `items` independent items, `perGroup` to a workgroup, folded into y when x would overflow.
 * The shader finds its item with `flatIndex` of shaders/lib/grid.wgsl.
 */
export function grid1d(items: number, perGroup: number): Workgroups {
  const groups = Math.ceil(items / perGroup);
  if (groups <= MAX_WORKGROUPS) return [groups, 1, 1];
  const rows = Math.ceil(groups / MAX_WORKGROUPS);
  if (rows > MAX_WORKGROUPS) {
    throw new TiltError(`${items} items do not fit in one dispatch`, { remedy: "Use a smaller batch." });
  }
  return [Math.ceil(groups / rows), rows, 1];
}
