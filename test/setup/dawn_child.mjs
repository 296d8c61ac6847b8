// @ts-check
/**
 * dawn_child.mjs MODULE FUNCTION ARGUMENTS: calls an exported function of a TypeScript module with Dawn's `GPU` and the
 * arguments (JSON), and prints what it resolves to, as JSON, on the last line. Started by dawn.ts, with Vulkan's variables.
 */
import { createServer, isRunnableDevEnvironment } from "vite";
import { ROOT } from "../../src/cli/install.mjs";

const [file, name, given] = /** @type {[string, string, string]} */ (process.argv.slice(2));
const vite = await createServer({
  root: ROOT,
  appType: "custom",
  logLevel: "error",
  optimizeDeps: { noDiscovery: true, include: [] },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});
const { ssr } = vite.environments;
if (!isRunnableDevEnvironment(ssr)) throw new Error("Vite's ssr environment cannot run modules");
const { openDawn } = await ssr.runner.import("/src/cli/dawn.ts");
const { gpu, reason } = await openDawn();
if (!gpu) throw new Error(reason);
const result = await (await ssr.runner.import(file))[name](gpu, ...JSON.parse(given));
console.log(JSON.stringify(result));
await vite.close();
// Dawn keeps native threads alive that would hold the process open.
process.exit();
