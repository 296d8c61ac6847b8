/** `npm run tilt` from a shell: the launcher runs the TypeScript sources, and its exit code is the command's. */
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const launcher = resolve(import.meta.dirname, "../../src/cli/tilt.mjs");

/** As npm does it: started in the project's folder, told where the person stands. */
function tilt(args: string[], standing = tmpdir()) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], {
    encoding: "utf8",
    env: { ...process.env, INIT_CWD: standing },
  });
  return { status, stdout, stderr };
}

test("an unknown command is said so, beside those that are known", () => {
  const { status, stderr } = tilt(["dance"]);
  expect(stderr).toContain('"dance"');
  expect(stderr).toContain("npm run tilt -- run");
  expect(status).toBe(2);
});

test("files are looked for where the person stands, and a missing one is named", () => {
  const standing = mkdtempSync(join(tmpdir(), "tilt-cli-"));
  const { status, stderr } = tilt(["run", "nowhere.json"], standing);
  expect(stderr).toContain("nowhere.json");
  expect(stderr).not.toContain("    at ");
  expect(status).toBe(1);
});
