/** `tilt run`: one experiment from a spec file, on Dawn or the CPU. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { TiltError } from "../base/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import { modelsFor } from "../experiment/builtin_models.ts";
import { createControl } from "../experiment/control.ts";
import type { RunEvent, RunRecord } from "../experiment/events.ts";
import { createLab } from "../experiment/lab.ts";
import { withPreset } from "../experiment/objective_presets.ts";
import { openPretrained } from "../experiment/pretrained.ts";
import { type Spec, withField, withFields } from "../experiment/spec.ts";
import type { ExportedFile } from "../model/checkpoint/export.ts";
import { PRESETS } from "../objective/presets.ts";
import { readBuiltinFile } from "./builtin_files.ts";
import { writeEstimates } from "./estimates.ts";
import { openCommandBackend } from "./gpu.ts";
import { datasetFor, openInput, readDataset } from "./input.ts";
import { filesOfModel } from "./model_folder.ts";
import { readSpecFile } from "./spec_file.ts";

/** @param args words after `run` @returns 0 when the run was done, 1 otherwise */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      data: { type: "string", multiple: true },
      preset: { type: "string" },
      model: { type: "string" },
      weights: { type: "string" },
      out: { type: "string" },
      backend: { type: "string", default: "webgpu" },
    },
  });
  const [specFile] = positionals;
  if (!specFile || positionals.length > 1)
    throw new TiltError("Give one spec file.", { remedy: "npm run tilt -- run spec.json" });
  let spec = await readSpecFile(specFile);
  let given: Dataset | undefined;
  if (values.data) {
    given = await readDataset(await Promise.all(values.data.map(openInput)));
    spec = withField(spec, "data.source", `file:${given.hash}`);
  }
  const dataset = datasetFor(spec, given);

  if (values.preset !== undefined) spec = applyPreset(spec, values.preset);
  const brought =
    values.model === undefined ? undefined : await openPretrained(await filesOfModel(values.model));
  if (brought) {
    spec = withFields(spec, { "model.kind": "pretrained", "model.pretrained": brought.id });
  }
  const models = await modelsFor(spec, readBuiltinFile, brought);

  const { backend, environment } = await openCommandBackend(values.backend);
  const lab = createLab(backend, environment);
  const control = createControl();
  process.once("SIGINT", () => control.stop());
  const record = await lab.run({
    spec,
    dataset,
    control,
    ...models,
    ...(values.weights !== undefined && { keep: writeInto(values.weights) }),
    emit: progressPrinter(),
  });
  await report(record, values.out);
  if (values.out !== undefined)
    await writeEstimates(values.out, record.id, lab.known(dataset.hash)?.estimates ?? null);
  backend.destroy();
  return record.outcome === "done" ? 0 : 1;
}

/** Writes files into a folder and its subfolders. */
function writeInto(folder: string): (files: readonly ExportedFile[]) => Promise<void> {
  return async (files) => {
    for (const { name, bytes } of files) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
  };
}

/** Applies a preset and says what it reproduces. @throws TiltError for an unknown name */
function applyPreset(spec: Spec, id: string): Spec {
  const preset = PRESETS.find((candidate) => candidate.id === id);
  if (!preset) {
    const remedy = `Use one of: ${PRESETS.map((known) => known.id).join(", ")}.`;
    throw new TiltError(`There is no preset "${id}".`, { where: "--preset", remedy });
  }
  console.error(`${preset.name}. ${preset.explanation}`);
  for (const { what } of preset.quirks) console.error(`  ${what}`);
  return withPreset(spec, preset);
}

/** One line per stage, and one every ten training steps. */
function progressPrinter(): (event: RunEvent) => void {
  let stage = "";
  return (event) => {
    if (event.kind === "stage" && event.stage !== stage) {
      stage = event.stage;
      console.error(`${stage}: ${event.note}`);
    } else if (event.kind === "warning") {
      console.error(`  Note: ${event.what}`);
    } else if (event.kind === "ratio") {
      const { auc, lengthOnlyAuc, essFraction } = event.summary;
      console.error(
        `  AUC ${auc.toFixed(3)}, by length alone ${lengthOnlyAuc.toFixed(3)}, effective sample ${(100 * essFraction).toFixed(0)} %`,
      );
    } else if ((event.kind === "train" || event.kind === "sft") && event.record.step % 10 === 0) {
      const { step, values } = event.record;
      const accuracy = values["rewards/accuracies"];
      console.error(
        `  ${event.kind} ${step}: loss ${values.loss?.toFixed(4)}${accuracy === undefined ? "" : `, accuracy ${accuracy.toFixed(3)}`}`,
      );
    } else if (event.kind === "eval") {
      const shown = Object.entries(event.record.values).map(
        ([name, value]) => `${name} ${value.toPrecision(4)}`,
      );
      console.error(`  held out, step ${event.record.step}: ${shown.join(", ")}`);
    }
  };
}

async function report(record: RunRecord, out: string | undefined): Promise<void> {
  const json = JSON.stringify(record, null, 2);
  if (out === undefined) {
    console.log(json);
    return;
  }
  await mkdir(out, { recursive: true });
  const file = join(out, "run.json");
  await writeFile(file, `${json}\n`);
  console.log(`${file}: ${record.outcome}, digest ${record.digest}`);
  if (record.problem) console.error(record.problem.what);
}
