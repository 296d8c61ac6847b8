import { untyped } from "../../../src/backend/contract.ts";
import { rmsnormBackward, rmsnormForward, rmsnormWeightBackward } from "../../../src/ops/rmsnorm.ts";
import { opCase } from "../op_case.ts";

const shapes = [
  { rows: 1, dim: 1 },
  { rows: 3, dim: 7 },
  { rows: 130, dim: 65 },
];
const forward = untyped(rmsnormForward);
const fill = {
  rstd: (random: { uniform(): number }, n: number) => Array.from({ length: n }, () => 0.5 + random.uniform()),
};

export default shapes.flatMap((shape) => {
  const name = `${shape.rows} x ${shape.dim}`;
  return [
    opCase(rmsnormForward, name, { ...shape, eps: 1e-5 }),
    opCase(rmsnormBackward, name, shape, {
      fill,
      gradient: { forward, params: { eps: 1e-5 }, upstream: { dy: "y" }, inputs: { dx: "x" } },
    }),
    opCase(rmsnormWeightBackward, name, shape, {
      fill,
      gradient: { forward, params: { eps: 1e-5 }, upstream: { dy: "y" }, inputs: { dweight: "weight" } },
    }),
  ];
});
