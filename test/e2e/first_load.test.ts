/** What a visitor's browser fetches before the page can be used, and that it stays small. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, inject, test } from "vitest";

const BUDGET = 180 * 1024;
const folder = inject("buildFolder");

/** Files that a built file cannot do without: what HTML links, what a module imports, the worker that it starts. */
function needs(file: string, text: string): string[] {
  const pattern = file.endsWith(".html")
    ? /(?:src|href)="\.\/([^"]+)"/g
    : /(?:from|import) ?["`]\.\/([^"`]+)["`]|new URL\(["`]([^"`]+\.js)["`]/g;
  const inside = file.startsWith("assets/") ? "assets/" : "";
  return [...text.matchAll(pattern)].map(([, imported, started]) => inside + (imported ?? started));
}

/** `files` and all they need, with their sizes in bytes as gzip packs them. */
function sizes(...files: string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const file of files) {
    if (found.has(file)) continue;
    const content = readFileSync(join(folder, file));
    found.set(file, gzipSync(content).length);
    if (/\.(html|js)$/.test(file)) files.push(...needs(file, content.toString()));
  }
  return found;
}

const total = (of: Map<string, number>): number => [...of.values()].reduce((sum, size) => sum + size, 0);
const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

test(`the first load stays under ${kilobytes(BUDGET)} with gzip`, () => {
  const first = sizes("index.html");
  const names = [...first.keys()].join(" ");
  for (const part of [/index-[^ ]+\.js/, /index-[^ ]+\.css/, /worker-[^ ]+\.js/, /theme\.js/])
    expect(names).toMatch(part);

  // The engine follows on its own: the worker imports it once the page is up.
  const worker = [...first.keys()].find((file) => file.includes("worker-"))!;
  const engine = /import\([`"]\.\/(lab-[^`"]+)[`"]\)/.exec(readFileSync(join(folder, worker), "utf8"));
  expect(engine, "the worker's import of the engine").not.toBeNull();
  const all = sizes("index.html", `assets/${engine![1]}`);
  console.log(`first load ${kilobytes(total(first))}, with the engine that follows ${kilobytes(total(all))}`);
  expect(total(first)).toBeLessThan(BUDGET);
});
