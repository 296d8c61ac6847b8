/** One flat pool of parameters on the backend, with its gradient and moments when it is trained. */
import type { Backend, Tensor } from "../backend/backend.ts";
import { readFloats } from "../backend/backend.ts";
import type { FloatArray } from "../backend/contract.ts";
import { TiltError } from "../base/errors.ts";
import type { PoolLayout } from "./layout.ts";

/** What training adds to a pool. */
export interface Trained {
  readonly gradient: Tensor;
  readonly m: Tensor;
  readonly v: Tensor;
}

export interface Pool {
  readonly layout: PoolLayout;
  readonly parameters: Tensor;
  readonly trained: Trained | undefined;
  /** A block's weights as one matrix. */
  block(name: string): Tensor;
  /** Rows `first` to `first + rows - 1` of a block whose rows have `width` elements; aligned rows only. */
  rows(name: string, first: number, rows: number, width: number): Tensor;
  /** The same ranges of the gradient. @throws when the pool is frozen */
  gradient(name: string): Tensor;
  gradientRows(name: string, first: number, rows: number, width: number): Tensor;
  /** Writes a weight under its Hugging Face name. @throws TiltError for an unknown name or another size */
  set(name: string, values: ArrayLike<number>): void;
  /** All weights by name; of the parameters, or of their gradients. */
  values(which?: "parameters" | "gradient"): Promise<Map<string, FloatArray>>;
  free(): void;
}

export function createPool(backend: Backend, label: string, layout: PoolLayout, trainable: boolean): Pool {
  const tensor = (what: string): Tensor => backend.tensor(`${label} ${what}`, "f32", layout.count);
  const parameters = tensor("parameters");
  const trained: Trained | undefined = trainable
    ? { gradient: tensor("gradient"), m: tensor("first moment"), v: tensor("second moment") }
    : undefined;
  const blockOf = (name: string) => {
    const block = layout.blocks.get(name);
    if (!block) throw new TiltError(`there is no block "${name}"`, { where: label });
    return block;
  };
  const gradientTensor = (): Tensor => {
    if (!trained) throw new TiltError("these weights are frozen", { where: label });
    return trained.gradient;
  };
  const window = (of: Tensor, name: string): Tensor => {
    const { offset, length } = blockOf(name);
    return backend.view(of, `${label} ${name}`, offset, length);
  };
  const rowWindow = (of: Tensor, name: string, first: number, rows: number, width: number): Tensor =>
    backend.view(
      of,
      `${label} ${name} from row ${first}`,
      blockOf(name).offset + first * width,
      rows * width,
    );

  return {
    layout,
    parameters,
    trained,
    block: (name) => window(parameters, name),
    rows: (name, first, rows, width) => rowWindow(parameters, name, first, rows, width),
    gradient: (name) => window(gradientTensor(), name),
    gradientRows: (name, first, rows, width) => rowWindow(gradientTensor(), name, first, rows, width),
    set(name, values) {
      const place = layout.weights.get(name);
      if (!place) throw new TiltError(`this model has no weight "${name}"`, { where: label });
      if (values.length !== place.length) {
        throw new TiltError(
          `weight "${name}" must have ${place.shape.join(" x ")} = ${place.length} values, not ${values.length}`,
          { where: label },
        );
      }
      backend.write(parameters, values, place.offset);
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
