/**
 * Shaders as the page carries them. Linked shaders repeat what they share and name a source line per line, which
 * together outweighs the rest of the engine: comments and empty lines go, and the names of lines become runs.
 */
import type { LinkedShader } from "../shader.ts";

/** A linked shader with its line map as runs, e.g. "shaders/rmsnorm.wgsl:8-12 shaders/lib/grid.wgsl:3". */
export interface CompactShader {
  readonly file: string;
  readonly code: string;
  readonly origins: string;
}

/** Drops comments and empty lines, and packs the line map. */
export function compactShader({ file, code, origins }: LinkedShader): CompactShader {
  // A line comment is safe to cut only where no block comment can hold it.
  const lines = code
    .split("\n")
    .map((line) => (code.includes("/*") ? line : line.replace(/\/\/.*/, "")).trimEnd());
  const kept = lines.map((line, i) => ({ line, origin: origins[i]! })).filter(({ line }) => line !== "");
  return {
    file,
    code: kept.map(({ line }) => line).join("\n"),
    origins: packOrigins(kept.map(({ origin }) => origin)),
  };
}

function packOrigins(origins: readonly string[]): string {
  const runs: { path: string; first: number; last: number }[] = [];
  for (const origin of origins) {
    const colon = origin.lastIndexOf(":");
    const [path, line] = [origin.slice(0, colon), Number(origin.slice(colon + 1))];
    const run = runs.at(-1);
    if (run?.path === path && run.last + 1 === line) run.last = line;
    else runs.push({ path, first: line, last: line });
  }
  return runs
    .map(({ path, first, last }, i) => {
      const lines = first === last ? `${first}` : `${first}-${last}`;
      return runs[i - 1]?.path === path ? lines : `${path}:${lines}`;
    })
    .join(" ");
}

/** The line map that `compactShader` packed: "file:line" per line. */
export function unpackOrigins(packed: string): string[] {
  let path = "";
  return packed.split(" ").flatMap((run) => {
    const colon = run.lastIndexOf(":");
    if (colon >= 0) path = run.slice(0, colon);
    const [first, last = first] = run
      .slice(colon + 1)
      .split("-")
      .map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, i) => `${path}:${first! + i}`);
  });
}
