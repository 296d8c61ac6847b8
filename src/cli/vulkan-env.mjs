/**
 * Where Dawn finds Vulkan when the system has no driver: Chromium brings a loader and SwiftShader, a GPU in software.
 * Both are found through environment variables that are read when a process starts, so the launcher starts again.
 */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

const DRIVER_FOLDERS = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"];
const CHROMIUM_FOLDERS = ["/usr/lib/chromium", "/usr/lib64/chromium-browser", "/opt/google/chrome"];

/** A driver for real hardware; Mesa's software ones (lvp, gfxstream) are too old for Dawn or need a host. */
function hasHardwareDriver() {
  return DRIVER_FOLDERS.filter(existsSync).some((folder) =>
    readdirSync(folder).some((file) => /nvidia|radeon|intel|amd|freedreno|asahi|nouveau|panfrost/.test(file)),
  );
}

/** Variables to start Dawn with; empty when it needs none, or when nothing can help. */
export function softwareVulkanEnv(env = process.env) {
  if (process.platform !== "linux" || env.VK_ICD_FILENAMES || env.VK_DRIVER_FILES || hasHardwareDriver())
    return {};
  const folders = [...(env.CHROMIUM ? [dirname(env.CHROMIUM)] : []), ...CHROMIUM_FOLDERS];
  const folder = folders.find((candidate) => existsSync(join(candidate, "vk_swiftshader_icd.json")));
  if (!folder) return {};
  return {
    VK_ICD_FILENAMES: join(folder, "vk_swiftshader_icd.json"),
    LD_LIBRARY_PATH: [env.LD_LIBRARY_PATH, folder].filter(Boolean).join(":"),
  };
}
