import { playwright } from "@vitest/browser-playwright";
import { mergeConfig } from "vite";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { CHROMIUM_ARGS, findChromium } from "./test/setup/chromium.mjs";
import { goldens } from "./test/setup/goldens_plugin.mjs";
import { page } from "./vite.config.ts";

const executablePath = findChromium();
const browser: NonNullable<TestProjectInlineConfiguration["test"]>["browser"] = {
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({
    launchOptions: { ...(executablePath && { executablePath }), args: [...CHROMIUM_ARGS] },
  }),
  instances: [{ browser: "chromium" }],
};

/** Every project extends the page's own Vite configuration, so tests import shaders exactly as the page does. */
export default mergeConfig(
  page,
  defineConfig({
    test: {
      projects: [
        {
          extends: true,
          test: {
            name: "node",
            testTimeout: 30_000,
            include: ["test/**/*.test.ts"],
            exclude: ["test/browser/**", "test/e2e/**"],
            environment: "node",
            setupFiles: ["test/setup/fast-check.ts"],
          },
        },
        {
          extends: true,
          plugins: [goldens()],
          // Found only when a test imports them, which would reload the page under the running tests.
          optimizeDeps: {
            include: [
              "@huggingface/tokenizers",
              "axe-core",
              "lit",
              "uplot",
              "idb-keyval",
              "hyparquet",
              "hyparquet-compressors",
              "hyparquet-writer",
            ],
          },
          test: {
            name: "browser",
            include: ["test/browser/**/*.test.ts"],
            testTimeout: 30_000,
            browser,
          },
        },
        {
          extends: true,
          test: { name: "bench", include: [], benchmark: { include: ["test/bench/**/*.bench.ts"] }, browser },
        },
        {
          extends: true,
          test: {
            name: "e2e",
            globalSetup: ["test/setup/serve-build.ts"],
            include: ["test/e2e/**/*.test.ts"],
            environment: "node",
            testTimeout: 240_000,
            hookTimeout: 60_000,
            fileParallelism: false,
          },
        },
      ],
    },
  }),
);
