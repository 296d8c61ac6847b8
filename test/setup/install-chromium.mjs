// @ts-check
/** Makes sure that a Chromium is there for the browser tests, from Debian's packages if need be. */
import { spawnSync } from "node:child_process";
import { findChromium } from "./chromium.mjs";

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"], env }).status === 0;
}

const isRoot = process.getuid?.() === 0;
/** @param {...string} args */
const aptGet = (...args) => {
  if (isRoot) return run("apt-get", args);
  // A person can be asked for the password; a machine without a terminal cannot.
  return run("sudo", [...(process.stdin.isTTY ? [] : ["-n"]), "apt-get", ...args]);
};

/** Path of a Chromium; installs the Debian package when none is found. Throws with the way out when that fails. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  console.log("No Chromium found: installing Debian's package …");
  aptGet("update");
  aptGet("install", "-y", "--no-install-recommends", "chromium", "fonts-liberation");
  const installed = findChromium();
  if (installed) return installed;
  throw new Error(
    "There is no Chromium, and `apt-get install chromium` did not work here. " +
      "Install Chromium or Chrome, or set CHROMIUM to its path, and run `npm test` again.",
  );
}
