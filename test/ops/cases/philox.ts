import { philoxBlocks, streamBlocks } from "../../../src/ops/philox.ts";
import { opCase } from "../op_case.ts";

// Bits or nothing: a tolerance below one half lets no word differ.
const exact = { rtol: 0, atol: 0.25 };

export default [
  opCase(philoxBlocks, "one block", streamBlocks(0, "", 1), exact),
  opCase(philoxBlocks, "a large seed", streamBlocks(2 ** 53 - 1, "init/embedding", 300), exact),
  opCase(philoxBlocks, "across the counter's carry", streamBlocks(7, "x", 100, 2 ** 32 - 50), exact),
];
