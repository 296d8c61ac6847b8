/** A small valid row of every format that Tilt can train on. */
export const sampleRows: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  dora: {
    query: "q",
    responses: ["a", "b", "c"],
    scores: [0.1, 1.5, -2],
    probs: [0.2, 0.9, 0.5],
    sources: ["m", "human", "m"],
  },
  rrhf: { query: "q", responses: ["a", "b"], scores: [0.1, 1.5] },
  nectar: {
    prompt: "\n\nHuman: q\n\nAssistant: ",
    answers: [
      { answer: "a", model: "m1", rank: 1 },
      { answer: "b", model: "m2", rank: 2 },
    ],
  },
  "ultrafeedback-raw": {
    instruction: "q",
    completions: [
      { model: "m1", response: "a", overall_score: 3 },
      { model: "m2", response: "b", overall_score: 7.5 },
    ],
  },
  shp: {
    history: "q",
    human_ref_A: "a",
    human_ref_B: "b",
    labels: 1,
    score_A: 10,
    score_B: 4,
    score_ratio: 2.5,
  },
  "safe-rlhf": { prompt: "q", response_0: "a", response_1: "b", better_response_id: 1 },
  "qa-feedback": {
    question: "q",
    passages: [["title", "One.", "Two."]],
    gold: "g",
    "prediction 1": "a",
    "prediction 2": "b",
    "prediction 3": "c",
    "prediction 4": "d",
    preference: [1, 2, 0, 1, 1, 2],
  },
  hc3: { question: "q", human_answers: ["a"], chatgpt_answers: ["b", ""] },
  m4: { prompt: "q", human_text: "a", machine_text: "b", model: "m", source: "reddit" },
  truthfulqa: { complete_question: "q", "Best Answer": "a", chatgpt_answer: "b" },
  hanna: { "": 0, Prompt: "q", Human: "a", Story: "b", Model: "m" },
  "alpaca-eval-annotations": {
    instruction: "q",
    output_1: "a",
    generator_1: "m1",
    output_2: "b",
    generator_2: "m2",
    preference: 2,
  },
  "nemo-dpo": { prompt: "q", chosen_response: "a\n<extra_id_1>", rejected_response: "b" },
  "sharegpt-pair": {
    conversations: [{ from: "human", value: "q" }],
    chosen: { from: "gpt", value: "a" },
    rejected: { from: "gpt", value: "b" },
  },
  "messages-pair": {
    chosen_messages: [
      { role: "user", content: [{ type: "text", value: "q" }] },
      { role: "assistant", content: [{ type: "text", value: "a" }] },
    ],
    rejected_messages: [
      { role: "user", content: [{ type: "text", value: "q" }] },
      { role: "assistant", content: [{ type: "text", value: "b" }] },
    ],
  },
  "ultrafeedback-binarized": {
    prompt: "q",
    chosen: [
      { role: "user", content: "q" },
      { role: "assistant", content: "a" },
    ],
    rejected: [
      { role: "user", content: "q" },
      { role: "assistant", content: "b" },
    ],
    score_chosen: 8.5,
    score_rejected: 4,
  },
  argilla: {
    prompt: "q",
    chosen: [{ role: "assistant", content: "a" }],
    rejected: [{ role: "assistant", content: "b" }],
    "chosen-rating": 5,
    "rejected-rating": 2.5,
    "chosen-model": "m1",
    "rejected-model": "m2",
  },
  "hh-rlhf": { chosen: "\n\nHuman: q\n\nAssistant: a", rejected: "\n\nHuman: q\n\nAssistant: b" },
  trl: {
    prompt: "q",
    chosen: " a",
    rejected: " b",
    chosen_source: "human",
    rejected_source: "m",
    weight: 0.5,
  },
  "trl-implicit": { chosen: "The sky is blue", rejected: "The sky is red" },
  kto: { prompt: "q", completion: "a", label: true },
};

/** Formats whose rows are put together: the i-th of several valid rows, two of which make a group. */
export const joinedRows: Readonly<Record<string, (i: number) => Readonly<Record<string, unknown>>>> = {
  "wp-a": (i) => ({
    prompt: `q${i >> 1}`,
    story: `s${i}`,
    human_written: i % 2,
    grammar: [5, 4, i],
    cohesive: [3, 3, 3],
    enjoy: [1, 2, 3],
    relevant: [i, 2, 2],
  }),
  "alpaca-eval": (i) => ({
    dataset: "d",
    instruction: `q${i >> 1}`,
    output: `a${i}`,
    generator: `m${i % 2}`,
  }),
  "nemo-reward": (i) => ({
    text: `<extra_id_0>System\n\n<extra_id_1>User\nq${i >> 1}\n<extra_id_1>Assistant\na${i}\n<extra_id_1>`,
  }),
};
