// @ts-check
/**
 * Where Dawn finds Vulkan when the system has no driver: Chromium brings a loader and SwiftShader, a GPU in software.
 * Both are found through environment variables that are read when a process starts, so the launcher starts again.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where the kernel shows a GPU. Drivers alone prove nothing: Debian installs Mesa's without any hardware. */
const DEVICES = ["/dev/dri", "/dev/nvidiactl", "/dev/dxg"];
const CHROMIUM_FOLDERS = ["/usr/lib/chromium", "/usr/lib64/chromium-browser", "/opt/google/chrome"];

/** Variables to start Dawn with; empty when it needs none, or when nothing can help. */
export function softwareVulkanEnv(env = process.env) {
  if (process.platform !== "linux" || env.VK_ICD_FILENAMES || env.VK_DRIVER_FILES || DEVICES.some(existsSync))
    return {};
  const folders = [...(env.CHROMIUM ? [dirname(env.CHROMIUM)] : []), ...CHROMIUM_FOLDERS];
  const folder = folders.find((candidate) => existsSync(join(candidate, "vk_swiftshader_icd.json")));
  if (!folder) return {};
  return {
    VK_ICD_FILENAMES: join(folder, "vk_swiftshader_icd.json"),
    LD_LIBRARY_PATH: [env.LD_LIBRARY_PATH, folder].filter(Boolean).join(":"),
  };
}
