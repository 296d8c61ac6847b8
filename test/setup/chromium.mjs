// @ts-check
/**
 * The browser that tests run in: an installed Chromium, and the switches that give it WebGPU on a machine without a GPU.
 * Plain JavaScript, because the test command needs it before anything is installed.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** Full path of an installed Chromium: $CHROMIUM if set, else the first known name on PATH, else undefined. */
export function findChromium() {
  const named = process.env.CHROMIUM;
  if (named) return named;
  for (const name of NAMES) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here: look in the next folder.
      }
    }
  }
  return undefined;
}

/** SwiftShader stands in for the GPU, so every machine runs the same adapter; the rest keeps Chromium off the network. */
export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--no-first-run",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
