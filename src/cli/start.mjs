// @ts-check
/** `npm start`: installs what is missing, serves the page, prints its URL and opens it. */
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { installOrExit, ROOT } from "./install.mjs";

const USAGE = `npm start -- [--port N] [--no-open]
  --port N    serve on this port (default: 5173, or the next free one)
  --no-open   print the address, but leave the browser alone`;

/** @param {unknown} thrown */
const reason = (thrown) => (thrown instanceof Error ? thrown.message : String(thrown));

function readOptions() {
  try {
    const { values } = parseArgs({
      options: { port: { type: "string" }, "no-open": { type: "boolean" }, help: { type: "boolean" } },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
      throw new Error(`--port ${values.port}: a port is a whole number from 1 to 65535`);
    }
    return { port, open: !values["no-open"] };
  } catch (thrown) {
    console.error(`${reason(thrown)}\n\n${USAGE}`);
    process.exit(2);
  }
}

/**
 * Opens `url` in the person's browser. Where there is no desktop the printed address has to do.
 * @param {string} url
 */
function openInBrowser(url) {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", "", url]
        : ["xdg-open", url];
  const desktop = process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!desktop) return;
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}

const options = readOptions();
installOrExit();
const { createServer } = await import("vite");
const server = await createServer({
  root: ROOT,
  clearScreen: false,
  // A browser tries both meanings of "localhost"; other programs often know only this one.
  server: {
    host: "127.0.0.1",
    port: options.port ?? 5173,
    strictPort: options.port !== undefined,
    open: false,
  },
});
try {
  await server.listen();
} catch (thrown) {
  console.error(
    `The page could not be served: ${reason(thrown)}. Try another port: npm start -- --port 5174`,
  );
  await server.close();
  process.exit(1);
}
const address = server.httpServer?.address();
const port = typeof address === "object" ? address?.port : undefined;
const url = `http://localhost:${port}/`;
console.log(`Tilt is at ${url}  (Ctrl+C stops it)`);
if (options.open) openInBrowser(url);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => server.close().finally(() => process.exit(0)));
}
