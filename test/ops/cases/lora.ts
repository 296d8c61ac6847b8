import { untyped } from "../../../src/backend/contract.ts";
import { loraHiddenBackward, loraUpBackward, loraUpForward } from "../../../src/ops/lora.ts";
import { opCase } from "../op_case.ts";

const forward = untyped(loraUpForward);

export default [
  { rows: 1, rank: 1, columns: 1, width: 1, offset: 0, scale: 2 },
  { rows: 37, rank: 3, columns: 10, width: 24, offset: 9, scale: 0.5 },
].flatMap((params) => {
  const name = `${params.rows} rows, columns ${params.offset} to ${params.offset + params.columns - 1} of ${params.width}`;
  return [
    opCase(loraUpForward, name, params),
    opCase(loraHiddenBackward, name, params, {
      gradient: { forward, upstream: { dy: "y" }, inputs: { dhidden: "hidden" } },
    }),
    opCase(loraUpBackward, name, params, {
      gradient: { forward, upstream: { dy: "y" }, inputs: { dup: "up" } },
    }),
  ];
});
