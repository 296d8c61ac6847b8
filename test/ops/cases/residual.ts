import { residualRmsnormForward } from "../../../src/ops/residual.ts";
import { opCase } from "../op_case.ts";

export default [
  opCase(residualRmsnormForward, "1 x 1", { rows: 1, dim: 1, eps: 1e-5 }),
  opCase(residualRmsnormForward, "70 x 33", { rows: 70, dim: 33, eps: 1e-5 }),
];
