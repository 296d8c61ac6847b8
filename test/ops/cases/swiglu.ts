import { untyped } from "../../../src/backend/contract.ts";
import {
  swigluBackward,
  swigluBackwardVec4,
  swigluForward,
  swigluForwardVec4,
} from "../../../src/ops/swiglu.ts";
import { opCase } from "../op_case.ts";

const gradient = {
  forward: untyped(swigluForward),
  upstream: { dy: "y" },
  inputs: { dgateUp: "gateUp" },
};
const extreme = {
  gateUp: (random: { normal(): number }, n: number) => Array.from({ length: n }, () => 90 * random.normal()),
};

export default [
  ...[
    { rows: 1, hidden: 1 },
    { rows: 5, hidden: 7 },
    { rows: 33, hidden: 40 },
  ].flatMap((shape) => [
    opCase(swigluForward, `${shape.rows} x ${shape.hidden}`, shape),
    opCase(swigluBackward, `${shape.rows} x ${shape.hidden}`, shape, { gradient }),
  ]),
  opCase(swigluForward, "gates of +-200", { rows: 9, hidden: 11 }, { fill: extreme }),
  opCase(swigluForwardVec4, "21 x 44", { rows: 21, hidden: 44 }),
  opCase(swigluForwardVec4, "gates of +-200", { rows: 9, hidden: 12 }, { fill: extreme }),
  opCase(swigluBackwardVec4, "21 x 44", { rows: 21, hidden: 44 }, { gradient }),
];
