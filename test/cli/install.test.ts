/** What `npm start` and `npm test` install is what the lock file asks for and node_modules lacks. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { missingPackages } from "../../src/cli/install.mjs";

const wanted = {
  "": {},
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/b": { version: "2.0.0", integrity: "sha512-b" },
  "node_modules/other-platform": { version: "1.0.0", integrity: "sha512-o", optional: true },
};

/** A project folder with a lock file; `installed` is npm's own record of what it put into node_modules. */
function project(installed?: Record<string, { version: string; integrity: string }>): string {
  const root = mkdtempSync(join(tmpdir(), "tilt-install-"));
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages: wanted }));
  if (installed) {
    for (const folder of Object.keys(installed)) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, "node_modules/.package-lock.json"), JSON.stringify({ packages: installed }));
  }
  return root;
}

const a = { version: "1.0.0", integrity: "sha512-a" };
const b = { version: "2.0.0", integrity: "sha512-b" };

test("a fresh clone lacks everything but packages of other platforms", () => {
  expect(missingPackages(project())).toEqual(["node_modules/a", "node_modules/b"]);
});

test("nothing is missing after an install", () => {
  expect(missingPackages(project({ "node_modules/a": a, "node_modules/b": b }))).toEqual([]);
});

test("an outdated package is missing", () => {
  const old = { version: "1.9.0", integrity: "sha512-old" };
  expect(missingPackages(project({ "node_modules/a": a, "node_modules/b": old }))).toEqual([
    "node_modules/b",
  ]);
});
