import { expandHalves, gatherHalves } from "../../../src/ops/halves.ts";
import { type Fill, opCase } from "../op_case.ts";

/** Words of two finite values: the exponent of all ones, which means infinity or NaN, is taken away. */
const finite =
  (brain: number): Fill =>
  (random, length) =>
    Array.from({ length }, () => {
      const word = (random.below(0x10000) * 0x10000 + random.below(0x10000)) >>> 0;
      return (brain ? word & ~0x40004000 : word & ~0x04000400) >>> 0;
    });

/** Every finite half, two to a word: zeros of both signs and subnormals too. */
const EVERY_HALF = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits).filter(
  (bits) => (bits & 0x7c00) !== 0x7c00,
);

const below =
  (bound: number): Fill =>
  (random, length) =>
    Array.from({ length }, () => random.below(bound));

export default [
  opCase(
    expandHalves,
    "every finite half, exactly",
    { count: EVERY_HALF.length, brain: 0 },
    { fill: { packed: () => new Uint32Array(EVERY_HALF.buffer) }, rtol: 0, atol: 0 },
  ),
  opCase(
    expandHalves,
    "bfloat16, an odd count",
    { count: 4099, brain: 1 },
    { fill: { packed: finite(1) }, rtol: 0, atol: 0 },
  ),
  ...[0, 1].map((brain) =>
    opCase(
      gatherHalves,
      `23 of 9 rows of odd width, ids past the table, brain ${brain}`,
      { rows: 23, dim: 13, tableRows: 9, brain },
      { fill: { index: below(12), table: finite(brain) }, rtol: 0, atol: 0 },
    ),
  ),
];
