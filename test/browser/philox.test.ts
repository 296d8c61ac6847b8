/** Random words on the device are those of TypeScript and of the published known answers. */
import { expect, it } from "vitest";
import { runOnce } from "../../src/backend/backend.ts";
import { untyped } from "../../src/backend/contract.ts";
import { stream } from "../../src/base/random.ts";
import { philoxBlocks, streamBlocks } from "../../src/ops/philox.ts";
import { webgpuBackend } from "./backend.ts";

async function words(params: ReturnType<typeof streamBlocks>): Promise<number[]> {
  const backend = await webgpuBackend();
  const tensor = backend.tensor("words", "u32", 4 * params.blocks);
  await runOnce(backend, untyped(philoxBlocks), { words: tensor }, params);
  const data = await backend.read(tensor);
  backend.free(tensor);
  return Array.from(data);
}

// Random123's kat_vectors, philox4x32 with 10 rounds: counter, key, words.
it.each([
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
] as const)("known answer %#", async (counter, key, answer) => {
  const [counter0, counter1, counter2, counter3] = counter;
  const [key0, key1] = key;
  expect(await words({ blocks: 1, counter0, counter1, counter2, counter3, key0, key1 })).toEqual(answer);
});

it("gives a stream's words", async () => {
  const seed = 123456789012345;
  const same = stream(seed, "sampling");
  const got = await words(streamBlocks(seed, "sampling", 100, 5));
  expect(got).toEqual(Array.from({ length: 400 }, (_, i) => same.word(20 + i)));
});
