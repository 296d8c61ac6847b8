/** Checks shared by both backends while a plan is being recorded. */
import { TiltError } from "../base/errors.ts";
import type { Scalar, Tensor } from "./backend.ts";
import { type AnyOp, elementCount } from "./contract.ts";

/** Current values of an op's parameters. */
export function valuesOf(params: Readonly<Record<string, number | Scalar>>): Record<string, number> {
  const values: Record<string, number> = {};
  for (const name in params) {
    const param = params[name]!;
    values[name] = typeof param === "number" ? param : param.value;
  }
  return values;
}

/** Fails when names, types or sizes do not meet the contract. Costs nothing at replay: recording happens once. */
export function checkDispatch(
  op: AnyOp,
  buffers: Readonly<Record<string, Tensor>>,
  params: Readonly<Record<string, number | Scalar>>,
): void {
  const values = valuesOf(params);
  for (const name in op.params) {
    if (!Number.isFinite(values[name])) {
      throw new TiltError(`parameter "${name}" is ${values[name]}`, { where: `op ${op.name}` });
    }
  }
  for (const name in op.buffers) {
    const tensor = buffers[name];
    const contract = op.buffers[name]!;
    if (!tensor) throw new TiltError(`buffer "${name}" is missing`, { where: `op ${op.name}` });
    if (tensor.type !== contract.type) {
      throw new TiltError(
        `buffer "${name}" must hold ${contract.type}, but "${tensor.label}" holds ${tensor.type}`,
        {
          where: `op ${op.name}`,
        },
      );
    }
    const needed = elementCount(op, name, values);
    if (tensor.length < needed) {
      throw new TiltError(
        `buffer "${name}" needs ${needed} elements, but "${tensor.label}" has ${tensor.length} (${JSON.stringify(values)})`,
        { where: `op ${op.name}` },
      );
    }
  }
}
