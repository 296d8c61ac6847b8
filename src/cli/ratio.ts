/** `tilt ratio`: how well target and synthetic text can be told apart, and what the ratios are worth. */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { messageOf, TiltError } from "../base/errors.ts";
import { openBuiltinModel } from "../experiment/builtin_models.ts";
import { openPretrained, type Pretrained } from "../experiment/pretrained.ts";
import { type RatioReportJson, ratioReport } from "../experiment/ratio_report.ts";
import {
  parseFoldFile,
  type RatioSamples,
  samplesOfDataset,
  samplesOfFolds,
} from "../experiment/ratio_samples.ts";
import { readBuiltinFile } from "./builtin_files.ts";
import { openCommandBackend } from "./gpu.ts";
import { openInput, readDataset } from "./input.ts";
import { filesOfModel } from "./model_folder.ts";

/** @param args words after `ratio` @returns 0 when the report was made */
export async function ratio(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      folds: { type: "string" },
      json: { type: "string" },
      classifier: { type: "string", default: "linear" },
      model: { type: "string" },
      backend: { type: "string", default: "webgpu" },
    },
  });
  const [file] = positionals;
  if (!file || positionals.length > 1) {
    throw new TiltError("Give one data file.", {
      remedy: "npm run tilt -- ratio FILE --folds FOLDS.json --json OUT.json",
    });
  }
  const { classifier } = values;
  if (classifier !== "linear" && classifier !== "hidden" && classifier !== "states") {
    throw new TiltError(`"${classifier}" is not a classifier.`, {
      where: "--classifier",
      remedy: "Use linear, hidden or states.",
    });
  }
  const samples = await samplesFrom(file, values.folds);
  const reader = classifier === "states" ? await readerOf(samples, values.model) : undefined;
  const { backend } = await openCommandBackend(values.backend);
  const { json } = await ratioReport(backend, samples, {
    ...(reader && { reader }),
    ...(classifier === "hidden" && { ratio: { classifier: { model: classifier } } }),
    onProgress: ({ step, steps }) => console.error(`classifier step ${step} of at most ${steps}`),
  });
  backend.destroy();
  if (values.json) await writeFile(values.json, `${JSON.stringify(json, null, 2)}\n`);
  console.log(table(json));
  for (const { what, remedy } of json.warnings) console.log(`! ${what} ${remedy}`);
  return 0;
}

/** The model whose hidden states are read: a folder's, or the one of Tilt's own that suits the data. */
async function readerOf({ format }: RatioSamples, folder: string | undefined): Promise<Pretrained> {
  if (folder !== undefined) return openPretrained(await filesOfModel(folder));
  return openBuiltinModel(format === "chatter" ? "builtin:chatter" : "builtin:english", readBuiltinFile);
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
