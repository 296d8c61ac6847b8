/** Rules that tie several fields of a spec together. Ranges of single fields are in the schema. */
import { TiltError } from "../base/errors.ts";
import { LOSSES } from "../objective/losses/index.ts";
import { BUILTIN_MODELS } from "./model_names.ts";
import type { Spec } from "./spec.ts";

/** @throws TiltError naming the fields that do not go together */
export function checkRules(spec: Spec): void {
  checkWorld(spec);
  checkRatio(spec);
  checkSteps(spec);
  if (spec.online.rounds > 0) checkRounds(spec);
  if (spec.data.source !== "builtin:plane") checkModel(spec);
}

function reject(where: string, what: string, remedy: string): never {
  throw new TiltError(what, { where, remedy });
}

function checkWorld({ data }: Spec): void {
  if (data.shareTarget + data.shareFirst > 1 + 1e-9) {
    reject(
      "data.shareFirst",
      `The shares of the target (${data.shareTarget}) and of the first synthetic source (${data.shareFirst}) add up to more than 1.`,
      "Lower one of them; the second synthetic source gets what is left.",
    );
  }
  if (data.source === "builtin:plane" && data.responses !== 2) {
    reject("data.responses", `Plane has pairs only, not ${data.responses} responses.`, "Use 2.");
  }
}

function checkRatio({ data, ratio, online }: Spec): void {
  const isWorld = data.source.startsWith("builtin:");
  if (ratio.source === "true" && !isWorld) {
    reject("ratio.source", "Only a built-in world knows its exact ratio.", "Use classifier or file.");
  }
  if ((ratio.source === "file" || ratio.source === "weight") && isWorld) {
    const what = ratio.source === "file" ? "probabilities" : "weights";
    reject("ratio.source", `A built-in world has no ${what} in a file.`, "Use classifier or true.");
  }
  if (ratio.classifier === "states" && (data.source === "builtin:plane" || online.rounds > 0)) {
    reject(
      "ratio.classifier",
      online.rounds > 0
        ? "Rounds read n-grams only."
        : "Points in a plane have no words that a model could read.",
      "Use linear or hidden.",
    );
  }
  if (ratio.hidden % 4 !== 0) {
    reject(
      "ratio.hidden",
      `The hidden layer is computed four units at a time; ${ratio.hidden} does not divide by 4.`,
      "Use 16 or 32.",
    );
  }
}

function checkSteps({ data, train, sft }: Spec): void {
  if (train.microBatches > train.batch) {
    reject(
      "train.microBatches",
      `A batch of ${train.batch} cannot be cut into ${train.microBatches} pieces.`,
      "Use at most one piece per group.",
    );
  }
  if (train.steps === 0 && (sft.steps === 0 || data.source === "builtin:plane")) {
    reject("train.steps", "Nothing would be trained: no step is asked for.", "Give at least one step.");
  }
}

function checkRounds({ data, ratio, train, online }: Spec): void {
  if (train.steps === 0)
    reject("train.steps", "Rounds without a step change nothing.", "Give at least one step.");
  if (LOSSES.find(({ id }) => id === train.loss)?.family === "unpaired") {
    reject(
      "train.loss",
      "Self-training compares responses to one prompt; this loss judges single ones.",
      "Use a pairwise or listwise loss.",
    );
  }
  if (ratio.source !== "classifier") {
    reject(
      "ratio.source",
      "Nobody knows the exact ratio to what the policy writes.",
      "Use the source classifier.",
    );
  }
  if (data.source !== "builtin:chatter" && online.score !== "model") {
    reject(
      "online.score",
      "Only the built-in Chatter world knows an exact reward.",
      "Score with a reward model.",
    );
  }
}

function checkModel({ model }: Spec): void {
  if (model.kind === "pretrained") {
    const known = BUILTIN_MODELS.map(({ id }): string => id);
    if (model.pretrained.startsWith("builtin:") && !known.includes(model.pretrained)) {
      reject(
        "model.pretrained",
        `Tilt comes with no model called ${model.pretrained}.`,
        `Use one of: ${known.join(", ")}.`,
      );
    }
    return;
  }
  if (model.dim % model.heads !== 0) {
    reject(
      "model.heads",
      `A width of ${model.dim} cannot be split among ${model.heads} heads.`,
      `Use a number that divides ${model.dim}.`,
    );
  }
  if ((model.dim / model.heads) % 2 !== 0) {
    reject(
      "model.heads",
      `Heads of size ${model.dim / model.heads} are odd; rotary positions turn dimensions in pairs.`,
      "Change model.dim or model.heads so that their quotient is even.",
    );
  }
  if (model.heads % model.kvHeads !== 0) {
    reject(
      "model.kvHeads",
      `${model.heads} query heads cannot share ${model.kvHeads} key and value heads evenly.`,
      `Use a number that divides ${model.heads}.`,
    );
  }
}
