/** Real data and models sit beside a checkout, never in it. Tests on them run where they are. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe } from "vitest";

const root = resolve(import.meta.dirname, "../../shared");
const required = process.env.TILT_REQUIRE_SHARED === "1";
const present = existsSync(resolve(root, "data/README.md"));

/** Absolute path of a file under ../shared. */
export function sharedPath(...parts: string[]): string {
  return resolve(root, ...parts);
}

/** `describe` for tests that need ../shared: skipped where it is absent, unless TILT_REQUIRE_SHARED=1 makes that a failure. */
export function describeShared(name: string, body: () => void): void {
  if (!present && required) {
    describe(name, () => {
      throw new Error(`TILT_REQUIRE_SHARED=1, but ${root} is not there`);
    });
    return;
  }
  describe.skipIf(!present)(name, body);
}
