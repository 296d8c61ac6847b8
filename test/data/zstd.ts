/** A Zstandard frame (RFC 8878) whose blocks are stored, not packed: all a reader needs to be exercised. */
export function zstdStored(input: Uint8Array): Uint8Array {
  const blocks: number[] = [];
  const most = 1 << 17;
  for (let at = 0; at === 0 || at < input.length; at += most) {
    const part = input.subarray(at, at + most);
    const header = (part.length << 3) | (at + most >= input.length ? 1 : 0);
    blocks.push(header & 255, (header >> 8) & 255, (header >> 16) & 255, ...part);
  }
  const size = input.length;
  return Uint8Array.of(
    0x28,
    0xb5,
    0x2f,
    0xfd,
    0xa0,
    size & 255,
    (size >> 8) & 255,
    (size >> 16) & 255,
    size >>> 24,
    ...blocks,
  );
}
