/** About how many bytes a value takes: what the storage panel shows beside each record. */
export function approximateBytes(value: unknown): number {
  let bytes = 0;
  const stack: unknown[] = [value];
  const seen = new Set<object>();
  while (stack.length > 0) {
    const item = stack.pop();
    if (typeof item === "string") bytes += item.length;
    else if (typeof item !== "object" || item === null) bytes += 8;
    else if (ArrayBuffer.isView(item) || item instanceof ArrayBuffer) bytes += item.byteLength;
    else if (item instanceof Blob) bytes += item.size;
    else if (!seen.has(item)) {
      seen.add(item);
      bytes += 8;
      for (const child of item instanceof Map || item instanceof Set ? [...item] : Object.values(item))
        stack.push(child);
    }
  }
  return bytes;
}
