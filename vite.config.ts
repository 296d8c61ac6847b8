import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { type ConfigEnv, defineConfig, type Plugin, type UserConfig } from "vite";
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
  /** Read once: a build loads hundreds of variants. */
  let known: ShaderSources | undefined;
  const forget = (): void => {
    known = undefined;
  };
  return {
    name: "tilt-wgsl",
    enforce: "pre",
    buildStart: forget,
    watchChange: forget,
    async load(id) {
      const [path, query = ""] = id.split("?") as [string, string?];
      if (!path.endsWith(".wgsl") || new URLSearchParams(query).has("raw")) return null;
      known ??= readShaders();
      const sources = known;
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

/**
 * Vite's development server sends style sheets as inline styles, and shows errors by writing markup. The page that it serves
 * allows both; the build does not.
 */
function laxerPolicyWhileDeveloping(): Plugin {
  return {
    name: "tilt-development-policy",
    apply: "serve",
    transformIndexHtml: (html) =>
      html
        .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
        .replace(/; require-trusted-types-for[^"]*/, ""),
  };
}

/**
 * The service worker of the build: every file of the page is kept in the browser after the first visit, models once they are
 * used. A changed build waits until the reader reloads (src/ui/pwa).
 */
async function offline() {
  const { VitePWA } = await import("vite-plugin-pwa");
  return VitePWA({
    manifest: false,
    injectRegister: false,
    registerType: "prompt",
    workbox: {
      mode: "production",
      globPatterns: ["**/*.{html,js,css,svg,png,webmanifest,wasm,json,txt}"],
      globIgnores: ["models/**"],
      inlineWorkboxRuntime: true,
      clientsClaim: true,
      cleanupOutdatedCaches: true,
      navigateFallback: "index.html",
      navigateFallbackDenylist: [/\/models\//],
      runtimeCaching: [
        {
          // Asked for anew while there is a network: a model of another build has the same address.
          urlPattern: ({ sameOrigin, url }) => sameOrigin && /\/models\/[^/]+\/[^/]+$/.test(url.pathname),
          handler: "NetworkFirst",
          options: { cacheName: "tilt-models", networkTimeoutSeconds: 10 },
        },
      ],
    },
  });
}

/** For tests, which extend it. */
export const page: UserConfig = {
  base: "./",
  plugins: [wgsl(), laxerPolicyWhileDeveloping()],
  worker: { format: "es", plugins: () => [wgsl()] },
  build: { target: "es2023", assetsInlineLimit: 0 },
};

export default defineConfig(({ command }: ConfigEnv) =>
  command === "build" ? { ...page, plugins: [...page.plugins!, offline()] } : page,
);
