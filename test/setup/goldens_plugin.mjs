// @ts-check
/** Serves the golden files of TILT_GOLDENS (default test/goldens) to tests in the browser, which cannot read folders. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ID = "virtual:goldens";

/** @returns {import("vite").Plugin} */
export function goldens() {
  const folder = resolve(process.env.TILT_GOLDENS ?? "test/goldens");
  return {
    name: "tilt-goldens",
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    load(id) {
      if (id !== `\0${ID}`) return null;
      const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
      const texts = names.sort().map((name) => readFileSync(join(folder, name), "utf8"));
      return `export const folder = ${JSON.stringify(folder)};\nexport const files = [${texts.join(",\n")}];`;
    },
  };
}
