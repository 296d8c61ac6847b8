/** `tilt ratio`: how well target and synthetic text can be told apart, and what the ratios are worth. */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { messageOf, TiltError } from "../base/errors.ts";
import { openBuiltinModel } from "../experiment/builtin_models.ts";
import { estimatorSettings } from "../experiment/estimator_settings.ts";
import { resolveTarget } from "../experiment/prepare.ts";
import { openPretrained, type Pretrained } from "../experiment/pretrained.ts";
import { type Agreement, type RatioReportJson, ratioReport } from "../experiment/ratio_report.ts";
import {
  parseFoldFile,
  type RatioSamples,
  samplesOfDataset,
  samplesOfFolds,
} from "../experiment/ratio_samples.ts";
import { ngramOptions } from "../experiment/response_features.ts";
import type { Spec } from "../experiment/spec.ts";
import { readBuiltinFile } from "./builtin_files.ts";
import { openCommandBackend } from "./gpu.ts";
import { openInput } from "./input.ts";
import { filesOfModel } from "./model_folder.ts";
import { isCount, SETTING_OPTIONS, specOf } from "./ratio_settings.ts";
import { isWorld, samplesOfWorld, WORLD_OPTIONS } from "./ratio_world.ts";
import { checkTarget, readWithTarget, TARGET_OPTIONS, type TargetChoice } from "./target_choice.ts";

/** @param args words after `ratio` @returns 0 when the report was made */
export async function ratio(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...SETTING_OPTIONS,
      ...TARGET_OPTIONS,
      ...WORLD_OPTIONS,
      folds: { type: "string" },
      json: { type: "string" },
      model: { type: "string" },
      backend: { type: "string", default: "webgpu" },
    },
  });
  const [first, ...more] = positionals;
  if (first === undefined) {
    throw new TiltError("Give a data file.", {
      remedy: "npm run tilt -- ratio FILE --folds FOLDS.json --json OUT.json",
    });
  }
  const spec = await specOf(values);
  const samples =
    isWorld(first) && more.length === 0
      ? samplesOfWorld(first, values, spec)
      : await samplesFrom([first, ...more], values, spec);
  const reader = spec.ratio.classifier === "states" ? await readerOf(samples, values.model) : undefined;
  const { backend } = await openCommandBackend(values.backend);
  const before = process.cpuUsage();
  const { json } = await ratioReport(backend, samples, {
    ...(reader && { reader }),
    ngrams: ngramOptions(spec),
    ratio: (task, training) => estimatorSettings(spec, task, training),
    onProgress: ({ step, steps }) => console.error(`classifier step ${step} of at most ${steps}`),
  });
  const used = process.cpuUsage(before);
  backend.destroy();
  if (values.json) await writeFile(values.json, `${JSON.stringify(json, null, 2)}\n`);
  console.log(table(json));
  console.log(timing(json, (used.user + used.system) / 1e6));
  for (const { what, remedy } of json.warnings) console.log(`! ${what} ${remedy}`);
  return 0;
}

/** The model whose hidden states are read: a folder's, or the one of Tilt's own that suits the data. */
async function readerOf({ format }: RatioSamples, folder: string | undefined): Promise<Pretrained> {
  if (folder !== undefined) return openPretrained(await filesOfModel(folder));
  return openBuiltinModel(format === "chatter" ? "builtin:chatter" : "builtin:english", readBuiltinFile);
}

async function samplesFrom(
  files: readonly [string, ...string[]],
  given: TargetChoice & { readonly folds?: string | undefined },
  spec: Spec,
): Promise<RatioSamples> {
  const { folds } = given;
  if (folds === undefined || isCount(folds)) {
    const dataset = resolveTarget(await readWithTarget(files, given), spec.data.target);
    checkTarget(dataset);
    return samplesOfDataset(dataset, folds === undefined ? undefined : spec.ratio.folds, spec);
  }
  if (files.length > 1) {
    throw new TiltError("Folds name the rows of one file.", {
      where: "--folds",
      remedy: "Give one data file, or a number of folds.",
    });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(folds, "utf8"));
  } catch (thrown) {
    throw new TiltError(`The folds cannot be read: ${messageOf(thrown)}`, { where: folds });
  }
  return samplesOfFolds(await openInput(files[0]), parseFoldFile(parsed, folds));
}

/** The stage alone: neither the start of the program nor reading the file. @param processor seconds of all cores together */
function timing({ seconds }: RatioReportJson, processor: number): string {
  const { features, training, total } = seconds;
  return `${total.toFixed(1)} s for the stage (features ${features.toFixed(1)}, classifier ${training.toFixed(1)}), ${processor.toFixed(1)} s of processor time`;
}

/** A calibration error that is small enough for any use of h. */
const SMALL_ECE = 0.02;

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

function table(json: RatioReportJson): string {
  const rows = [["", "AUC", "by length", "log loss", "ECE", "by chance", "samples"]];
  for (const [name, scores] of [["all", json] as const, ...Object.entries(json.sources)]) {
    const { auc, length_only_auc, log_loss, ece, ece_noise, targets, synthetic } = scores;
    rows.push([
      name,
      auc.toFixed(4),
      length_only_auc.toFixed(3),
      log_loss.toFixed(4),
      ece.toFixed(4),
      ece_noise.toFixed(4),
      String(targets + synthetic),
    ]);
  }
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "),
  );
  lines.push(
    `E_P h ${json.mean_h.toFixed(3)}, E_Q0 1/h ${json.mean_inverse_h.toFixed(3)}, effective sample ${percent(json.ess_fraction_unclipped)}, ${percent(json.ess_fraction)} with ${percent(json.clipped)} of all h clipped, on ${json.backend}`,
  );
  if (json.truth) {
    const told = ({ pearson, slope }: Agreement) => `r ${pearson.toFixed(3)}, slope ${slope.toFixed(2)}`;
    lines.push(`against the exact log Q0/P: ${told(json.truth)}`);
    for (const [name, own] of Object.entries(json.truth.sources)) {
      lines.push(`against the exact log Q0/${name}: ${told(own)}`);
    }
  }
  if (json.ece_noise > SMALL_ECE) {
    lines.push(
      `On so few responses exactly right probabilities, too, would show an ECE of ${json.ece_noise.toFixed(3)}: a smaller one says nothing.`,
    );
  }
  return lines.join("\n");
}
