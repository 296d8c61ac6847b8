/**
 * A frozen pool whose matrices lie packed as 16-bit floats, two to a word: half the memory. Norms stay f32. Each product
 * reads its weights expanded to f32, so results are those of a model whose weights were rounded once, to the bit.
 */
import { type Backend, readFloats, type Tensor } from "../backend/backend.ts";
import type { FloatArray } from "../backend/contract.ts";
import { TiltError } from "../base/errors.ts";
import { brainToFloat, floatToBrain, floatToHalf, halfToFloat } from "../base/halves.ts";
import { expandHalves, gatherHalves } from "../ops/halves.ts";
import type { PoolLayout } from "./layout.ts";
import { blockOf, type Pool, placeOf, type RowRange, type WeightFormat } from "./pool.ts";

/** Values that a view of packed weights must be aligned to. */
export const packedAlignment = (backend: Backend): number => 2 * backend.viewAlignment;

export interface PackedPoolOptions {
  readonly format: Exclude<WeightFormat, "f32">;
  /** Aligned for packed views. */
  readonly layout: PoolLayout;
  /** The layout of the same model in f32, in which `load` takes its weights. */
  readonly plain: PoolLayout;
  /** Elements of the largest matrix that is expanded at once. */
  readonly scratch: number;
}

export function createPackedPool(backend: Backend, label: string, options: PackedPoolOptions): Pool {
  const { format, layout, plain } = options;
  const brain = Number(format === "bf16");
  const parameters = backend.tensor(`${label} packed parameters`, "u32", Math.ceil(layout.decayed / 2));
  const norms = backend.tensor(`${label} norms`, "f32", layout.count - layout.norms);
  const expanded = backend.tensor(`${label} expanded`, "f32", evenUp(options.scratch));
  const writer = packedWriter(backend, parameters, format);

  const window = (name: string, rows?: RowRange): { tensor: Tensor; count: number } => {
    const { offset, length } = blockOf(layout, label, name);
    const start = offset + (rows ? rows.first * rows.width : 0);
    const count = rows ? rows.count * rows.width : length;
    return { tensor: backend.view(parameters, `${label} ${name}`, start / 2, Math.ceil(count / 2)), count };
  };
  const set = (name: string, values: ArrayLike<number>): void => {
    const { offset } = placeOf(layout, label, name, values.length);
    if (offset >= layout.norms) backend.write(norms, values, offset - layout.norms);
    else writer(name, values, offset);
  };
  const frozen = (): never => {
    throw new TiltError("these weights are frozen", { where: label });
  };

  return {
    layout,
    format,
    parameters,
    trained: undefined,
    block(name) {
      const { offset, length } = blockOf(layout, label, name);
      return backend.view(norms, `${label} ${name}`, offset - layout.norms, length);
    },
    matrix(recorder, name, rows, scratch = expanded) {
      const { tensor: packed, count } = window(name, rows);
      recorder.dispatch(expandHalves, { packed, values: scratch }, { count, brain });
      return scratch;
    },
    gather(recorder, name, index, y, shape) {
      recorder.dispatch(gatherHalves, { index, table: window(name).tensor, y }, { ...shape, brain });
    },
    gradient: frozen,
    gradientRows: frozen,
    set,
    load(all) {
      for (const { name, offset, length } of plain.weights.values()) {
        set(name, all.subarray(offset, offset + length));
      }
    },
    async values(which = "parameters") {
      if (which === "gradient") frozen();
      const words = (await backend.read(parameters)) as Uint32Array;
      const rest = await readFloats(backend, norms);
      const value = brain ? brainToFloat : halfToFloat;
      const at = (i: number): number => value((words[i >> 1]! >>> (16 * (i & 1))) & 0xffff);
      const named = new Map<string, FloatArray>();
      for (const { name, offset, length } of layout.weights.values()) {
        const isNorm = offset >= layout.norms;
        named.set(
          name,
          isNorm
            ? rest.slice(offset - layout.norms, offset - layout.norms + length)
            : Float32Array.from({ length }, (_, i) => at(offset + i)),
        );
      }
      return named;
    },
    free() {
      for (const tensor of [parameters, norms, expanded]) backend.free(tensor);
    },
  };
}

const evenUp = (count: number): number => 2 * Math.ceil(count / 2);

/** Writes ranges of 16-bit values; a word that two weights share keeps the half that belongs to the other. */
function packedWriter(
  backend: Backend,
  parameters: Tensor,
  format: PackedPoolOptions["format"],
): (name: string, values: ArrayLike<number>, offset: number) => void {
  const bitsOf = format === "bf16" ? floatToBrain : floatToHalf;
  const shared = new Map<number, number>();
  return (name, values, offset) => {
    const first = offset >> 1;
    const end = offset + values.length;
    const words = new Uint32Array(Math.ceil(end / 2) - first);
    const edges = [...(offset % 2 ? [first] : []), ...(end % 2 ? [end >> 1] : [])];
    for (const edge of edges) words[edge - first] = shared.get(edge) ?? 0;
    for (let i = 0; i < values.length; i++) {
      const bits = bitsOf(values[i]!);
      if ((bits & 0x7fff) >= (format === "bf16" ? 0x7f80 : 0x7c00)) {
        throw new TiltError(`value ${i} of weight "${name}" is ${values[i]}, which ${format} cannot hold`, {
          where: "frozen weights",
          remedy: format === "f16" ? "Store them as bf16 or f32." : "Store them as f32.",
        });
      }
      const at = (offset + i) >> 1;
      const shift = 16 * ((offset + i) & 1);
      words[at - first] = ((words[at - first]! & ~(0xffff << shift)) | (bits << shift)) >>> 0;
    }
    for (const edge of edges) shared.set(edge, words[edge - first]!);
    backend.write(parameters, words, first);
  };
}
