import { untyped } from "../../../src/backend/contract.ts";
import { planeBackwardOp, planeForwardOp } from "../../../src/ops/plane.ts";
import { opCase } from "../op_case.ts";

const shapes = [
  { points: 1, hidden: 1 },
  { points: 7, hidden: 0 },
  { points: 130, hidden: 6 },
  { points: 9, hidden: 19 },
];
const forward = untyped(planeForwardOp);

export default shapes.flatMap((shape) => {
  const name = `${shape.points} points, hidden ${shape.hidden}`;
  return [
    opCase(planeForwardOp, name, shape),
    opCase(planeBackwardOp, name, shape, {
      rtol: 3e-5,
      atol: 3e-5,
      gradient: { forward, upstream: { coef: "f" }, inputs: { dparameters: "parameters" } },
    }),
  ];
});
