// @ts-check
/** Installs the npm packages that package-lock.json names, when they are not all there. Loads before any package does. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. Found the long way, so that an old Node.js gets as far as being told that it is old. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * @param {string} lockFile
 * @returns {Record<string, { version: string, integrity?: string, optional?: boolean, devOptional?: boolean }>}
 */
function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, "utf8")).packages ?? {};
  } catch {
    return {};
  }
}

/**
 * Folders of node_modules that differ from what package-lock.json asks for. npm keeps a lock file of its own beside
 * the packages it installed; packages for other platforms are rightly absent from it.
 */
export function missingPackages(root = ROOT) {
  const installed = packagesOf(join(root, "node_modules/.package-lock.json"));
  return Object.entries(packagesOf(join(root, "package-lock.json")))
    .filter(([folder]) => folder !== "")
    .filter(([folder, wanted]) => {
      const found = installed[folder];
      if (!found) return !wanted.optional && !wanted.devOptional;
      return (
        found.integrity !== wanted.integrity ||
        found.version !== wanted.version ||
        !existsSync(join(root, folder))
      );
    })
    .map(([folder]) => folder);
}

/**
 * Runs `npm ci` if a package is missing or outdated.
 * @returns {string | undefined} what stands in the way, in words; undefined when every package is there
 */
export function installPackages() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    return `Tilt needs Node.js 20.19 or newer; this is ${process.version}.`;
  }
  const missing = missingPackages();
  if (missing.length === 0) return undefined;
  console.error(`Installing npm packages (${missing.length} missing or outdated) …`);
  // Inside `npm start` and `npm test`, npm says where it lives; that way the same npm is used on every platform.
  const npm = process.env.npm_execpath;
  const [command, ...before] = npm?.endsWith("npm-cli.js") ? [process.execPath, npm] : ["npm"];
  const done = spawnSync(command, [...before, "ci", "--no-audit", "--no-fund"], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32" && command === "npm",
  });
  return done.status === 0
    ? undefined
    : "`npm ci` failed. Is the npm registry within reach? Its message is above.";
}

/** The same for programs that cannot do without: says what stands in the way and ends the process. */
export function installOrExit() {
  const problem = installPackages();
  if (problem === undefined) return;
  console.error(problem);
  process.exit(1);
}
