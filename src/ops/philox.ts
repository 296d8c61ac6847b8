/** Philox4x32-10 on the device: the random words of src/base/random.ts, bit for bit. */
import blocksShader from "../../shaders/philox_blocks.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";
import { philox4x32, purposeKey } from "../base/random.ts";

/** words[4i..4i+3] = philox4x32(counter + i, key); the counter's first two words count together. */
export const philoxBlocks = defineOp({
  name: "philox_blocks",
  shader: blocksShader,
  workgroupSize: [64, 1, 1],
  params: {
    blocks: "u32",
    counter0: "u32",
    counter1: "u32",
    counter2: "u32",
    counter3: "u32",
    key0: "u32",
    key1: "u32",
  },
  buffers: {
    words: { type: "u32", access: "read_write", shape: [({ blocks }) => 4 * blocks] },
  },
  workgroups: ({ blocks }) => grid1d(blocks, 64),
  cpu({ words }, { blocks, counter0, counter1, counter2, counter3, key0, key1 }) {
    for (let i = 0; i < blocks; i++) {
      const low = (counter0 + i) >>> 0;
      const high = (counter1 + (low < i ? 1 : 0)) >>> 0;
      words.set(philox4x32([low, high, counter2, counter3], [key0, key1]), 4 * i);
    }
  },
});

/**
 * Parameters of `philoxBlocks` that give the words of `stream(seed, purpose)` from word 4 * `block` on.
 * @param seed a whole number from 0 to 2^53 - 1
 */
export function streamBlocks(seed: number, purpose: string, blocks: number, block = 0) {
  const high = (value: number) => Math.floor(value / 0x100000000) >>> 0;
  return {
    blocks,
    counter0: block >>> 0,
    counter1: high(block),
    counter2: high(seed),
    counter3: 0,
    key0: seed >>> 0,
    key1: purposeKey(purpose),
  };
}
