/** Runs a function on Dawn in a process of its own: Vulkan's variables are read when a process starts. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { softwareVulkanEnv } from "../../src/cli/vulkan-env.mjs";
import { ensureChromium } from "./install-chromium.mjs";

const run = promisify(execFile);

/** @param module path from the project's folder, exporting `name(gpu, ...args)`; args and result are plain JSON */
export async function onDawn<T>(module: string, name: string, ...args: readonly unknown[]): Promise<T> {
  const env = { ...process.env, CHROMIUM: ensureChromium() };
  const child = new URL("dawn_child.mjs", import.meta.url).pathname;
  const { stdout } = await run(process.execPath, [child, module, name, JSON.stringify(args)], {
    env: { ...env, ...softwareVulkanEnv(env) },
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout.trim().split("\n").pop()!) as T;
}
