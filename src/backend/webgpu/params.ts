/** Lays the parameters of all dispatches of a plan out in one uniform buffer, one aligned slice per dispatch. */
import type { Scalar } from "../backend.ts";
import type { AnyOp } from "../contract.ts";

/** Bytes between slices: the smallest dynamic offset alignment every device accepts. */
export const SLICE_BYTES = 256;

interface Slot {
  readonly index: number;
  readonly type: "u32" | "i32" | "f32";
  readonly source: Scalar;
}

/** The words of one plan's uniform buffer, kept up to date with its scalars. */
export interface ParamBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Copies changed scalars in. True when anything changed since the last call (always true the first time). */
  refresh(): boolean;
}

/** @param dispatches op and parameters of each dispatch, in order */
export function layOutParams(
  dispatches: readonly { op: AnyOp; params: Readonly<Record<string, number | Scalar>> }[],
): ParamBlock {
  const buffer = new ArrayBuffer(Math.max(1, dispatches.length) * SLICE_BYTES);
  const floats = new Float32Array(buffer);
  const unsigned = new Uint32Array(buffer);
  const signed = new Int32Array(buffer);
  const put = (index: number, type: Slot["type"], value: number): boolean => {
    const view = type === "f32" ? floats : type === "u32" ? unsigned : signed;
    const before = unsigned[index];
    view[index] = value;
    return unsigned[index] !== before;
  };

  const slots: Slot[] = [];
  dispatches.forEach(({ op, params }, dispatch) => {
    Object.entries(op.params).forEach(([name, type], field) => {
      const index = (dispatch * SLICE_BYTES) / 4 + field;
      const param = params[name]!;
      if (typeof param === "number") put(index, type, param);
      else slots.push({ index, type, source: param });
    });
  });

  let fresh = true;
  return {
    bytes: new Uint8Array(buffer),
    refresh() {
      let changed = fresh;
      fresh = false;
      for (const slot of slots) changed = put(slot.index, slot.type, slot.source.value) || changed;
      return changed;
    },
  };
}
