/** `tilt ratio`: how well target and synthetic text can be told apart, and what the ratios are worth. */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { messageOf, TiltError } from "../base/errors.ts";
import { type RatioReportJson, ratioReport } from "../experiment/ratio_report.ts";
import {
  parseFoldFile,
  type RatioSamples,
  samplesOfDataset,
  samplesOfFolds,
} from "../experiment/ratio_samples.ts";
import { openCommandBackend } from "./gpu.ts";
import { openInput, readDataset } from "./input.ts";

/** @param args words after `ratio` @returns 0 when the report was made */
export async function ratio(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      folds: { type: "string" },
      json: { type: "string" },
      backend: { type: "string", default: "webgpu" },
    },
  });
  const [file] = positionals;
  if (!file || positionals.length > 1) {
    throw new TiltError("Give one data file.", {
      remedy: "npm run tilt -- ratio FILE --folds FOLDS.json --json OUT.json",
    });
  }
  const samples = await samplesFrom(file, values.folds);
  const { backend } = await openCommandBackend(values.backend);
  const { json } = await ratioReport(backend, samples, {
    onProgress: ({ step, steps }) => console.error(`classifier step ${step} of at most ${steps}`),
  });
  backend.destroy();
  if (values.json) await writeFile(values.json, `${JSON.stringify(json, null, 2)}\n`);
  console.log(table(json));
  for (const { what, remedy } of json.warnings) console.log(`! ${what} ${remedy}`);
  return 0;
}

async function samplesFrom(file: string, foldFile: string | undefined): Promise<RatioSamples> {
  if (foldFile === undefined) return samplesOfDataset(await readDataset([await openInput(file)]));
  let folds: unknown;
  try {
    folds = JSON.parse(await readFile(foldFile, "utf8"));
  } catch (thrown) {
    throw new TiltError(`The folds cannot be read: ${messageOf(thrown)}`, { where: foldFile });
  }
  return samplesOfFolds(await openInput(file), parseFoldFile(folds, foldFile));
}

function table(json: RatioReportJson): string {
  const rows = [["", "AUC", "by length", "log loss", "ECE", "samples"]];
  for (const [name, scores] of [["all", json] as const, ...Object.entries(json.sources)]) {
    const { auc, length_only_auc, log_loss, ece, targets, synthetic } = scores;
    rows.push([
      name,
      auc.toFixed(4),
      length_only_auc.toFixed(3),
      log_loss.toFixed(4),
      ece.toFixed(4),
      String(targets + synthetic),
    ]);
  }
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "),
  );
  lines.push(
    `E_P h ${json.mean_h.toFixed(3)}, E_Q0 1/h ${json.mean_inverse_h.toFixed(3)}, effective sample ${(100 * json.ess_fraction).toFixed(0)} %, ${json.seconds.total.toFixed(1)} s on ${json.backend}`,
  );
  return lines.join("\n");
}
