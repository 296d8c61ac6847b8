/** One flat pool of parameters on the backend, with its gradient and moments when it is trained. */
import type { Backend, Recorder, Scalar, Tensor } from "../backend/backend.ts";
import { readFloats } from "../backend/backend.ts";
import type { FloatArray } from "../backend/contract.ts";
import { TiltError } from "../base/errors.ts";
import { gatherRows } from "../ops/rows.ts";
import type { Block, PoolLayout, WeightPlace } from "./layout.ts";

/** What training adds to a pool. */
export interface Trained {
  readonly gradient: Tensor;
  readonly m: Tensor;
  readonly v: Tensor;
}

/** Rows `first` to `first + count - 1` of a block whose rows have `width` elements; aligned rows only. */
export interface RowRange {
  readonly first: number;
  readonly count: number;
  readonly width: number;
}

export interface Pool {
  readonly layout: PoolLayout;
  /** What the weights are stored as. */
  readonly format: WeightFormat;
  /** All of them: f32 in the order of the layout; of a packed pool only the matrices, two to a word. */
  readonly parameters: Tensor;
  readonly trained: Trained | undefined;
  /** A norm's weights. */
  block(name: string): Tensor;
  /**
   * A block, or rows of it, as one f32 matrix for the next dispatch. Packed weights are expanded into scratch that the
   * next call overwrites, or into `scratch`.
   */
  matrix(recorder: Recorder, name: string, rows?: RowRange, scratch?: Tensor): Tensor;
  /** y[i] = the row of a block that index[i] names. */
  gather(recorder: Recorder, name: string, index: Tensor, y: Tensor, shape: GatherShape): void;
  /** The same ranges of the gradient. @throws when the pool is frozen */
  gradient(name: string): Tensor;
  gradientRows(name: string, rows: RowRange): Tensor;
  /** Writes a weight under its Hugging Face name. @throws TiltError for an unknown name, size, or value out of range */
  set(name: string, values: ArrayLike<number>): void;
  /** Takes all weights, in the order in which an f32 pool of the same model holds them. */
  load(parameters: FloatArray): void;
  /** All weights by name; of the parameters, or of their gradients. */
  values(which?: "parameters" | "gradient"): Promise<Map<string, FloatArray>>;
  free(): void;
}

/** f32, or what frozen weights may be packed as. */
const WEIGHT_FORMATS = ["f32", "f16", "bf16"] as const;
export type WeightFormat = (typeof WEIGHT_FORMATS)[number];

export interface GatherShape {
  readonly rows: Scalar;
  readonly dim: number;
  readonly tableRows: number;
}

/** Where a weight lies. @throws TiltError when there is none of this name, or `length` is not its size */
export function placeOf(layout: PoolLayout, label: string, name: string, length: number): WeightPlace {
  const place = layout.weights.get(name);
  if (!place) throw new TiltError(`this model has no weight "${name}"`, { where: label });
  if (length !== place.length) {
    throw new TiltError(
      `weight "${name}" must have ${place.shape.join(" x ")} = ${place.length} values, not ${length}`,
      { where: label },
    );
  }
  return place;
}

/** A block of a layout. @throws TiltError when there is none of this name */
export function blockOf(layout: PoolLayout, label: string, name: string): Block {
  const block = layout.blocks.get(name);
  if (!block) throw new TiltError(`there is no block "${name}"`, { where: label });
  return block;
}

export function createPool(backend: Backend, label: string, layout: PoolLayout, trainable: boolean): Pool {
  const tensor = (what: string): Tensor => backend.tensor(`${label} ${what}`, "f32", layout.count);
  const parameters = tensor("parameters");
  const trained: Trained | undefined = trainable
    ? { gradient: tensor("gradient"), m: tensor("first moment"), v: tensor("second moment") }
    : undefined;
  const gradientTensor = (): Tensor => {
    if (!trained) throw new TiltError("these weights are frozen", { where: label });
    return trained.gradient;
  };
  const window = (of: Tensor, name: string, rows?: RowRange): Tensor => {
    const { offset, length } = blockOf(layout, label, name);
    if (!rows) return backend.view(of, `${label} ${name}`, offset, length);
    const { first, count, width } = rows;
    return backend.view(of, `${label} ${name} from row ${first}`, offset + first * width, count * width);
  };

  return {
    layout,
    format: "f32",
    parameters,
    trained,
    block: (name) => window(parameters, name),
    matrix: (_, name, rows) => window(parameters, name, rows),
    gather(recorder, name, index, y, shape) {
      recorder.dispatch(gatherRows, { index, table: window(parameters, name), y }, { ...shape });
    },
    gradient: (name) => window(gradientTensor(), name),
    gradientRows: (name, rows) => window(gradientTensor(), name, rows),
    set(name, values) {
      backend.write(parameters, values, placeOf(layout, label, name, values.length).offset);
    },
    load(all) {
      backend.write(parameters, all);
    },
    async values(which = "parameters") {
      const all = await readFloats(backend, which === "parameters" ? parameters : gradientTensor());
      const named = new Map<string, FloatArray>();
      for (const { name, offset, length } of layout.weights.values()) {
        named.set(name, all.slice(offset, offset + length));
      }
      return named;
    },
    free() {
      backend.free(parameters);
      if (trained) for (const part of [trained.gradient, trained.m, trained.v]) backend.free(part);
    },
  };
}
