import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { compactShader } from "./src/backend/webgpu/compact.ts";
import { linkShader, requestOf, type ShaderSources } from "./src/backend/webgpu/link.ts";

const shaderRoot = resolve(import.meta.dirname, "shaders");

function readShaders(): ShaderSources {
  const files = readdirSync(shaderRoot, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".wgsl"),
  );
  return Object.fromEntries(
    files.map((file) => [file.replaceAll("\\", "/"), readFileSync(join(shaderRoot, file), "utf8")]),
  );
}

/** Turns `import shader from "../../shaders/x.wgsl?if=..."` into a linked shader with its line map. */
function wgsl(): Plugin {
  return {
    name: "tilt-wgsl",
    enforce: "pre",
    async load(id) {
      const [path, query = ""] = id.split("?") as [string, string?];
      if (!path.endsWith(".wgsl") || new URLSearchParams(query).has("raw")) return null;
      const sources = readShaders();
      for (const file of Object.keys(sources)) this.addWatchFile(join(shaderRoot, file));
      const request = requestOf(relative(shaderRoot, path).replaceAll("\\", "/"), query);
      const shader = await linkShader(sources, request.file, request.variant);
      const { file, code, origins } = compactShader(shader);
      const fields = `file: ${JSON.stringify(file)}, code: ${JSON.stringify(code)}`;
      return {
        code: [
          `import { unpackOrigins } from "/src/backend/webgpu/compact.ts";`,
          `export default { ${fields}, origins: /* @__PURE__ */ unpackOrigins(${JSON.stringify(origins)}) };`,
        ].join("\n"),
        map: null,
      };
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [wgsl()],
  worker: { format: "es", plugins: () => [wgsl()] },
  build: { target: "es2023", assetsInlineLimit: 0 },
});
