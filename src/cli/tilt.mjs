// @ts-check
/** `npm run tilt -- …`: runs src/cli/main.ts from source, shaders included, through the project's Vite configuration. */
import { spawnSync } from "node:child_process";
import { installOrExit, ROOT } from "./install.mjs";
import { softwareVulkanEnv } from "./vulkan-env.mjs";

installOrExit();
const additions = softwareVulkanEnv();
if (Object.keys(additions).length > 0) {
  const again = spawnSync(process.execPath, process.argv.slice(1), {
    stdio: "inherit",
    env: { ...process.env, ...additions },
  });
  process.exit(again.status ?? 1);
}
const { createServer, isRunnableDevEnvironment } = await import("vite");
const vite = await createServer({
  root: ROOT,
  appType: "custom",
  logLevel: "error",
  optimizeDeps: { noDiscovery: true, include: [] },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});
const { ssr } = vite.environments;
if (!isRunnableDevEnvironment(ssr)) throw new Error("Vite's ssr environment cannot run modules");
// npm runs scripts in the project's folder; file names on the command line are meant from where the person stands.
if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
try {
  const { main } = await ssr.runner.import("/src/cli/main.ts");
  process.exitCode = await main(process.argv.slice(2));
} finally {
  await vite.close();
}
// Dawn keeps native threads alive that would hold the process open.
process.exit();
