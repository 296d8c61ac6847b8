/**
 * CPU time of a browser's GPU process. On an adapter emulated by the CPU this is the work done, whatever else the machine
 * is busy with, so it compares better than time on a clock. Linux only; undefined elsewhere. Plain functions without
 * imports of ours, because a copy of the peers' harness takes this file too.
 */
import { readdirSync, readFileSync } from "node:fs";

/** @param {number} ancestor process from which the browser was started */
function gpuProcess(ancestor) {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=gpu-process")) continue;
      for (let at = pid; Number(at) > 1; ) {
        at = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${at}/status`, "utf8"))?.[1] ?? "0";
        if (Number(at) === ancestor) return pid;
      }
    } catch {
      // The process ended while it was being read.
    }
  }
  return undefined;
}

/** Milliseconds of CPU so far of the GPU process started from this process; undefined where that cannot be read. */
export function gpuCpuMs() {
  try {
    const pid = gpuProcess(process.pid);
    if (!pid) return undefined;
    let nanoseconds = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    }
    return nanoseconds / 1e6;
  } catch {
    return undefined;
  }
}
