/**
 * Which column holds what, for every format: to show the guess in words, and as a start for correcting it by hand. A role
 * lists all spellings a reader knows; those that a file has are the ones that count.
 */

export interface Roles {
  readonly prompt: readonly string[];
  readonly responses: readonly string[];
  readonly scores?: readonly string[];
  readonly sources?: readonly string[];
  /** Layout of `Mapping` that reads the same, where one does. */
  readonly layout?: "pair" | "columns" | "list" | "joined" | "judged";
  /** Sources by position, where the format's columns name them. */
  readonly names?: readonly string[];
}

/** Columns of pair.ts: scores and authors of the preferred and the other side. */
const pairScores = [
  "score_chosen",
  "score_rejected",
  "chosen_score",
  "rejected_score",
  "chosen-rating",
  "rejected-rating",
  "chosen_rating",
  "rejected_rating",
  "metadata.score_chosen",
  "metadata.score_rejected",
  "metadata.chosen_score",
  "metadata.rejected_score",
  "metadata.chosen-rating",
  "metadata.rejected-rating",
  "metadata.chosen_rating",
  "metadata.rejected_rating",
];
const pairSources = [
  "chosen_source",
  "rejected_source",
  "source_chosen",
  "source_rejected",
  "chosen-model",
  "rejected-model",
  "chosen_model",
  "rejected_model",
  "model_chosen",
  "model_rejected",
  "chosen_by",
  "rejected_by",
  "sources",
];
const pair = (prompt: readonly string[], chosen = "chosen", rejected = "rejected"): Roles => ({
  prompt,
  responses: [chosen, rejected],
  scores: pairScores,
  sources: pairSources,
  layout: "pair",
});
const list: Roles = {
  prompt: ["query", "prompt"],
  responses: ["responses"],
  scores: ["scores"],
  sources: ["sources", "models", "source", "model"],
  layout: "list",
};

/** By format id. */
export const ROLES: Readonly<Record<string, Roles>> = {
  dora: list,
  rrhf: list,
  nectar: {
    prompt: ["prompt"],
    responses: ["answers[].answer"],
    scores: ["answers[].rank"],
    sources: ["answers[].model"],
  },
  "ultrafeedback-raw": {
    prompt: ["instruction"],
    responses: ["completions[].response"],
    scores: ["completions[].overall_score"],
    sources: ["completions[].model"],
  },
  shp: {
    prompt: ["history"],
    responses: ["human_ref_A", "human_ref_B"],
    scores: ["score_A", "score_B"],
    layout: "columns",
    names: ["human", "human"],
  },
  "safe-rlhf": {
    prompt: ["prompt"],
    responses: ["response_0", "response_1"],
    scores: ["better_response_id"],
    sources: ["response_0_source", "response_1_source"],
  },
  "qa-feedback": {
    prompt: ["question"],
    responses: ["gold", "prediction 1", "prediction 2", "prediction 3", "prediction 4"],
    scores: ["preference"],
    names: ["human", "model", "model", "model", "model"],
  },
  hc3: { prompt: ["question"], responses: ["human_answers", "chatgpt_answers"] },
  m4: {
    prompt: ["prompt"],
    responses: ["human_text", "machine_text"],
    sources: ["model"],
    layout: "columns",
    names: ["human", "machine"],
  },
  truthfulqa: {
    prompt: ["complete_question"],
    responses: ["Best Answer", "chatgpt_answer"],
    layout: "columns",
    names: ["human", "chatgpt"],
  },
  hanna: { prompt: ["Prompt"], responses: ["Human", "Story"], sources: ["Model"] },
  "wp-a": {
    prompt: ["prompt"],
    responses: ["story"],
    scores: ["grammar", "cohesive", "enjoy", "relevant"],
    sources: ["human_written"],
  },
  "alpaca-eval": {
    prompt: ["instruction"],
    responses: ["output"],
    sources: ["generator"],
    layout: "joined",
  },
  "alpaca-eval-annotations": {
    prompt: ["instruction"],
    responses: ["output_1", "output_2"],
    scores: ["preference"],
    sources: ["generator_1", "generator_2"],
  },
  "nemo-dpo": pair(["prompt"], "chosen_response", "rejected_response"),
  "nemo-reward": { prompt: [], responses: ["text"] },
  "sharegpt-pair": pair(["conversations"]),
  "messages-pair": pair([], "chosen_messages", "rejected_messages"),
  "ultrafeedback-binarized": pair(["prompt"]),
  argilla: pair(["prompt", "instruction"]),
  "hh-rlhf": pair([]),
  trl: pair(["prompt"]),
  "trl-implicit": pair([]),
  kto: {
    prompt: ["prompt"],
    responses: ["completion"],
    scores: ["label"],
    sources: ["source", "model"],
    layout: "judged",
  },
};
