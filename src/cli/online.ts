/** `tilt online`: self-training rounds from a spec, told round by round. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf, TiltError } from "../base/errors.ts";
import { modelsFor } from "../experiment/builtin_models.ts";
import { createControl } from "../experiment/control.ts";
import { createLab } from "../experiment/lab.ts";
import { readSpec } from "../experiment/migrate.ts";
import type { OnlineRound } from "../experiment/online/round.ts";
import { type FieldValue, type Spec, withFields } from "../experiment/spec.ts";
import { SWEEP_PRESETS } from "../experiment/sweep/presets.ts";
import { readBuiltinFile } from "./builtin_files.ts";
import { openCommandBackend } from "./gpu.ts";
import { datasetFor, openInput, readDataset } from "./input.ts";

/** @param args words after `online` @returns 0 when the rounds were done, 1 otherwise */
export async function online(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      data: { type: "string", multiple: true },
      rounds: { type: "string" },
      score: { type: "string" },
      strategy: { type: "string" },
      out: { type: "string" },
      backend: { type: "string", default: "webgpu" },
    },
  });
  if (positionals.length > 1)
    throw new TiltError("Give one spec file, or none.", {
      remedy: "npm run tilt -- online spec.json --rounds 3",
    });
  const given = values.data ? await readDataset(await Promise.all(values.data.map(openInput))) : undefined;
  const base = await specFrom(positionals[0]);
  const changes: Record<string, FieldValue> = {
    "online.rounds": values.rounds === undefined ? base.online.rounds || 3 : Number(values.rounds),
    ...(values.score !== undefined && { "online.score": values.score }),
    ...(values.strategy !== undefined && { "train.strategy": values.strategy }),
    ...(given && {
      "data.source": `file:${given.hash}`,
      ...(values.score === undefined && { "online.score": "model" }),
    }),
  };
  const spec = withFields(base, changes);
  const dataset = datasetFor(spec, given);

  const { backend, environment } = await openCommandBackend(values.backend);
  const control = createControl();
  process.once("SIGINT", () => control.stop());
  let note = "";
  const record = await createLab(backend, environment).run({
    spec,
    dataset,
    control,
    ...(await modelsFor(spec, readBuiltinFile)),
    emit: (event) => {
      if (event.kind !== "stage" || event.note === note) return;
      note = event.note;
      console.error(note);
    },
  });
  backend.destroy();
  console.log(tableOfRounds(record.rounds ?? []));
  if (values.out !== undefined) {
    await mkdir(values.out, { recursive: true });
    const file = join(values.out, "run.json");
    await writeFile(file, `${JSON.stringify(record, null, 2)}\n`);
    console.log(`${file}: ${record.outcome}, digest ${record.digest}`);
  }
  if (record.problem) console.error(`${record.problem.what} ${record.problem.remedy ?? ""}`.trim());
  return record.outcome === "done" ? 0 : 1;
}

/** A file, or the settings of the preset of self-training. */
async function specFrom(file: string | undefined): Promise<Spec> {
  if (file === undefined) return SWEEP_PRESETS.find(({ id }) => id === "self-training")!.make().base;
  try {
    return readSpec(JSON.parse(await readFile(file, "utf8")));
  } catch (thrown) {
    if (thrown instanceof TiltError) throw thrown;
    throw new TiltError(`The spec cannot be read: ${messageOf(thrown)}`, { where: file });
  }
}

/** One line per round: the policy's text after it, and the ratio that it trained with. */
export function tableOfRounds(rounds: readonly OnlineRound[]): string {
  const number = (value: number | null, digits = 3): string =>
    value === null || !Number.isFinite(value) ? "–" : value.toFixed(digits);
  const cells = (values: readonly string[]): string => values.map((value) => value.padStart(12)).join("");
  const head = ["after round", "human", "annotator", "model", "usable", "AUC", "ESS of h", "h of policy"];
  const [first] = rounds;
  const written = (of: OnlineRound["written"]) => [
    number(of.humanReward),
    number(of.annotatorReward),
    number(of.modelScore),
    `${Math.round((100 * of.scored) / of.responses)} %`,
  ];
  const lines = rounds.map(({ round, after, ratio }) =>
    cells([
      String(round),
      ...written(after),
      number(ratio.auc),
      number(ratio.essFraction),
      number(ratio.meanHPolicy),
    ]),
  );
  return [
    cells(head),
    ...(first ? [cells(["start", ...written(first.written), "", "", ""])] : []),
    ...lines,
  ].join("\n");
}
