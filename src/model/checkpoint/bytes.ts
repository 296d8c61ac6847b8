/** Where a checkpoint's bytes come from: a dropped file, a download, or memory. */
export interface ByteSource {
  /** File name, for messages. */
  readonly name: string;
  /** Length in bytes. */
  readonly size: number;
  /** Bytes `begin` to `end - 1`. */
  read(begin: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Bytes already in memory. */
export function bytesInMemory(name: string, bytes: Uint8Array): ByteSource {
  return { name, size: bytes.byteLength, read: async (begin, end) => bytes.slice(begin, end) };
}

/** Anything with a size that can be cut and read, such as a File. */
export function bytesOfBlob(name: string, blob: Blob): ByteSource {
  return {
    name,
    size: blob.size,
    read: async (begin, end) => new Uint8Array(await blob.slice(begin, end).arrayBuffer()),
  };
}

/** A whole source as text. */
export async function readText(source: ByteSource): Promise<string> {
  return new TextDecoder().decode(await source.read(0, source.size));
}
