/**
 * What trains a real model elsewhere as a run trained its small one: a Python script for Hugging Face accelerate, with the
 * run's settings written into it, and the objective it imports.
 */
import { TiltError } from "../base/errors.ts";
import { LOSSES, lossById } from "../objective/losses/index.ts";
import { STRATEGIES, strategyById } from "../objective/strategies/index.ts";
import type { RunRecord } from "./events.ts";
import { type Spec, strategyValues } from "./spec.ts";
import objective from "./trl/objective.py?raw";
import template from "./trl/train.py?raw";

const NOT_WRITTEN = new Set(["chi2_penalized", "chi2_constrained", "group_dro", "released_rrhf"]);
const LISTS = new Set(["dpo_pl"]);

/** What the script can do, by id. */
export const TRL_STRATEGIES: readonly string[] = STRATEGIES.map(({ id }) => id).filter(
  (id) => !NOT_WRITTEN.has(id),
);
export const TRL_LOSSES: readonly string[] = LOSSES.filter(
  ({ id, family }) => family === "pairwise" || LISTS.has(id),
).map(({ id }) => id);

/** Files by name, to lie in one folder with preferences.jsonl. */
export type ScriptFiles = Readonly<Record<"train.py" | "objective.py", string>>;

/** Why a run cannot be trained by the script; undefined when it can. */
function trlProblem({ train }: Spec): TiltError | undefined {
  if (!TRL_STRATEGIES.includes(train.strategy)) {
    return new TiltError(
      `The Python script does not know the strategy ${strategyById(train.strategy).name}.`,
      {
        where: "train.strategy",
        remedy: "Export the dataset with its weights instead, or run another strategy.",
      },
    );
  }
  if (TRL_LOSSES.includes(train.loss)) return undefined;
  return new TiltError(`The Python script does not know the loss ${lossById(train.loss).name}.`, {
    where: "train.loss",
    remedy: "Export the dataset with its weights instead, or run a pairwise loss.",
  });
}

/** @throws TiltError when the script does not know the run's loss or strategy */
export function trlScript({
  spec,
  units,
  name,
  id,
}: Pick<RunRecord, "spec" | "units" | "name" | "id">): ScriptFiles {
  const problem = trlProblem(spec);
  if (problem) throw problem;
  const { train } = spec;
  const config = {
    run: `${name} (${id})`,
    loss: train.loss,
    loss_params: train.lossParams,
    strategy: train.strategy,
    strategy_params: strategyValues(spec),
    mean_h: units.length > 0 ? units.reduce((sum, { h }) => sum + h, 0) / units.length : 1,
    steps: train.steps,
    batch: train.batch,
    warmup: train.warmup,
    schedule: train.schedule,
    weight_decay: train.weightDecay,
    clip: train.clip,
    lora_rank: train.loraRank,
    lora_alpha: train.loraAlpha,
    lora_targets: train.loraTargets,
    seed: spec.seed,
  };
  const lines = Object.entries(config).map(([key, value]) => `    "${key}": ${python(value)},\n`);
  const filled = template.replace(
    /# <config>\n[\s\S]*?# <\/config>\n/,
    () =>
      `# As in the run; see the command's options for those that may differ.\nCONFIG = {\n${lines.join("")}}\n`,
  );
  return { "train.py": filled, "objective.py": objective };
}

/** A plain value as a Python literal. */
function python(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") {
    // JSON's escapes are Python's; what is not ASCII is escaped too, lone surrogates included.
    return JSON.stringify(value).replace(
      /[\u007f-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  }
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  return `{${entries.map(([key, item]) => `${python(key)}: ${python(item)}`).join(", ")}}`;
}
