// @ts-check
/** Runs a Node program to its end, or to a time limit, and takes the programs that it started down with it. */
import { spawn } from "node:child_process";

/**
 * @typedef {{ ok: boolean, note: string | undefined }} Ended whether it exited with 0, and a note when it did not end
 * by itself
 */

/**
 * @param {string[]} args the script and its arguments
 * @param {number} limit milliseconds
 * @returns {Promise<Ended>}
 */
export function runChild(args, limit) {
  return new Promise((resolve) => {
    const grouped = process.platform !== "win32";
    const child = spawn(process.execPath, args, {
      stdio: ["ignore", "inherit", "inherit"],
      detached: grouped,
    });
    const stop = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(grouped ? -child.pid : child.pid, "SIGKILL");
      } catch {
        // Everything has ended already.
      }
    };
    const interrupted = () => {
      stop();
      process.exit(130);
    };
    const signals = ["SIGINT", "SIGTERM"];
    for (const signal of signals) process.on(signal, interrupted);
    /** @type {string | undefined} */
    let note;
    const timer = setTimeout(() => {
      note = `stopped after ${Math.round(limit / 60_000)} minutes`;
      stop();
    }, limit);
    /** @param {boolean} ok */
    const settle = (ok) => {
      clearTimeout(timer);
      for (const signal of signals) process.off(signal, interrupted);
      stop();
      resolve({ ok, note });
    };
    child.on("error", (thrown) => {
      note = thrown.message;
      settle(false);
    });
    child.on("exit", (code, signal) => {
      if (signal) note ??= `ended by ${signal}`;
      settle(code === 0);
    });
  });
}
