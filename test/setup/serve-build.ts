/** Builds the page once for all end-to-end tests and serves the build, so that they see what a visitor gets. */
import { resolve } from "node:path";
import { build, preview } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the built page, with a slash at its end. */
    readonly pageUrl: string;
    /** Folder of the built page. */
    readonly buildFolder: string;
  }
}

const root = resolve(import.meta.dirname, "../..");
const outDir = resolve(root, ".cache/e2e");

export default async function serveBuild(project: TestProject): Promise<() => Promise<void>> {
  // Vitest says "test" here, which would build another page than `npm run build` does.
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  await build({ root, logLevel: "warn", build: { outDir, emptyOutDir: true } });
  process.env.NODE_ENV = before;
  const server = await preview({
    root,
    logLevel: "warn",
    build: { outDir },
    preview: { host: "127.0.0.1", port: 0, open: false },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === "string") throw new Error("the preview server has no port");
  // "localhost" in the address, as people have it: a secure context, which WebGPU asks for.
  project.provide("pageUrl", `http://localhost:${address.port}/`);
  project.provide("buildFolder", outDir);
  return () => server.close();
}
