/** A Python with PyTorch, for tests of what other tools read. */
import { spawnSync } from "node:child_process";

/** The first of $PYTHON, python3 and Debian's own that imports torch; says loudly on the console when there is none. */
export function pythonWithTorch(checks: string): string | undefined {
  const candidates = [process.env.PYTHON, "python3", "/usr/bin/python3"].filter((name) => name !== undefined);
  const found = candidates.find((name) => spawnSync(name, ["-c", "import torch"]).status === 0);
  if (!found) {
    console.warn(
      `\n!!! SKIPPED: ${checks}, because no python3 here has PyTorch.\n!!! To check it: apt-get install python3-torch\n`,
    );
  }
  return found;
}
