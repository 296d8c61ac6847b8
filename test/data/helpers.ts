/** Files for importer tests: from text or bytes, in chunks of any size. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import type { FileInput } from "../../src/data/options.ts";

/** A file in memory whose stream hands out chunks of `chunk` bytes. */
export function fileOf(name: string, content: string | Uint8Array, chunk = 65536): FileInput {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return {
    name,
    size: bytes.length,
    stream() {
      let at = 0;
      return new ReadableStream<Uint8Array>({
        pull(controller) {
          if (at >= bytes.length) controller.close();
          else controller.enqueue(bytes.slice(at, (at += chunk)));
        },
      });
    },
    slice: (start, end) => new Blob([bytes.slice(start, end) as Uint8Array<ArrayBuffer>]),
  };
}

/** A file on disk. */
export function fileAt(path: string): FileInput {
  return fileOf(basename(path), readFileSync(path));
}

export function gzipped(name: string, content: string | Uint8Array, chunk = 65536): FileInput {
  return fileOf(`${name}.gz`, gzipSync(content), chunk);
}

/** Rows as JSON Lines. */
export function jsonl(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

export const pairRow = (i: number) => ({
  prompt: `Question ${i}?`,
  chosen: ` yes ${i}`,
  rejected: ` no ${i}`,
});

/** A value as Python's `str` prints it. */
export const printed = (value: unknown): string => {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string")
    return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;
  if (Array.isArray(value)) return `[${value.map(printed).join(", ")}]`;
  if (typeof value !== "object") return String(value);
  return `{${Object.entries(value as object)
    .map(([name, one]) => `${printed(name)}: ${printed(one)}`)
    .join(", ")}}`;
};
