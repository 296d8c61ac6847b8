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

/** How long `expect.poll` waits for what a page does in its own time: only a failing test waits as long. */
const PATIENT = { timeout: 45_000, interval: 50 };

/** Tests in a browser share a machine that may be slow with others. The closing lines name what needed its second try. */
const SECOND_TRY = { retry: 1 };

/** Every project extends the page's own Vite configuration, so tests import shaders exactly as the page does. */
export default mergeConfig(
  page,
  defineConfig({
    test: {
      // Vitest would leave one core to itself, which is half of a machine with two.
      maxWorkers: "100%",
      projects: [
        {
          extends: true,
          test: {
            name: "node",
            // No test leaves anything behind in a module, so what they import is read once per worker.
            isolate: false,
            // Several workers share a machine that may be slow.
            testTimeout: 60_000,
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
              "lit/directives/live.js",
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
            testTimeout: 60_000,
            ...SECOND_TRY,
            expect: { poll: PATIENT },
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
            isolate: false,
            globalSetup: ["test/setup/serve-build.ts"],
            include: ["test/e2e/**/*.test.ts"],
            environment: "node",
            testTimeout: 240_000,
            hookTimeout: 60_000,
            ...SECOND_TRY,
            expect: { poll: PATIENT },
          },
        },
      ],
    },
  }),
);
