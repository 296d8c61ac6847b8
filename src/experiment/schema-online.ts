/** The section of a spec that says whether the policy writes its own training data, round after round. */
import { choice, integer, number, section } from "./field.ts";

const onText = { path: "data.source", in: ["builtin:chatter", "file:", "url:"] };

export const onlineSection = section({
  rounds: integer({
    label: "Self-training rounds",
    help: "In each round the policy writes the synthetic responses anew, they are scored, the ratio is estimated again, and training goes on. 0 trains once on the data as they are.",
    default: 0,
    min: 0,
    max: 50,
    step: 1,
    unit: "rounds",
    when: [onText],
  }),
  responses: integer({
    label: "Responses written",
    help: "K: how many responses the policy writes to each prompt of a round.",
    default: 4,
    min: 2,
    max: 16,
    step: 1,
    unit: "responses",
    advanced: true,
    when: [onText],
  }),
  prompts: integer({
    label: "Prompts per round",
    help: "At most this many prompts are answered in a round, chosen by the seed; 0 answers every one that had a synthetic response.",
    default: 0,
    min: 0,
    max: 100000,
    step: 10,
    unit: "prompts",
    advanced: true,
    when: [onText],
  }),
  score: choice({
    label: "Scored by",
    help: "Who judges what the policy wrote: the world’s exact human reward, its biased annotator, or a Bradley-Terry model of the data’s own preferences.",
    default: "annotator",
    choices: {
      human: "the human reward, exactly",
      annotator: "the biased annotator, exactly",
      model: "a reward model, trained here",
    },
    advanced: true,
    when: [onText],
  }),
  newTokens: integer({
    label: "Longest written response",
    help: "A response that has not ended by then is left out.",
    default: 56,
    min: 2,
    max: 1024,
    step: 1,
    unit: "tokens",
    advanced: true,
    when: [onText],
  }),
  temperature: number({
    label: "Temperature of writing",
    help: "1 draws from the policy as it is.",
    default: 1,
    min: 0.1,
    max: 2,
    step: 0.1,
    advanced: true,
    when: [onText],
  }),
});
