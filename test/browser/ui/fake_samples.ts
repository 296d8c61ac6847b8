/** Samples of the made-up engine: the reference repeats the prompt's words, the policy finds its own. */
import { stream } from "../../../src/base/random.ts";
import type { SampleApi } from "../../../src/worker/api.ts";

const PROMPTS = [
  [
    "Why does bread go stale faster in the fridge?",
    "Cold makes the starch in it set again, and that happens fastest just above freezing.",
  ],
  [
    "Can I mix leftover paint from two brands?",
    "If both are water-based, yes; stir well and try it on a board first.",
  ],
  [
    "How long should I wait before the second coat?",
    "Until the first no longer feels cool: two to four hours, more in a damp room.",
  ],
] as const;
const WORDS =
  "cold starch sets again slowly so keep it wrapped on the counter and freeze what you will not eat".split(
    " ",
  );

/** @param stepMs milliseconds a token */
export function fakeSamples(stepMs: number, step: () => number): SampleApi {
  let stopped = false;
  const wait = () => new Promise((resolve) => setTimeout(resolve, stepMs));
  return {
    async takeSamples(run, request, emit) {
      stopped = false;
      const at = run === null ? step() : 60;
      const asked = Array.from(
        { length: request.prompts },
        (_, i) => PROMPTS[(request.skip + i) % PROMPTS.length]!,
      );
      emit({
        kind: "prompts",
        step: at,
        prompts: asked.map(([text, preferred], i) => ({
          text,
          preferred,
          group: String(7 + 5 * i),
          row: 7 + 5 * i,
        })),
      });
      for (let n = 1; n <= 14 && !stopped; n++) {
        await wait();
        for (const who of ["policy", "reference"] as const)
          asked.forEach((_, i) => {
            const draw = stream(request.seed + i, `fake/samples/${who}`);
            const words = Array.from({ length: n }, () => WORDS[Math.floor(draw.uniform() * WORDS.length)]!);
            const state = n < 14 ? "writing" : i === 0 ? "end" : "cut";
            emit({ kind: "text", who, at: i, text: words.join(" "), state });
          });
      }
      if (!stopped && request.measured > 0)
        emit({ kind: "divergence", step: at, kl: 0.02 * at, error: 0.004 * at, answers: request.measured });
      return true;
    },
    async stopSampling() {
      stopped = true;
    },
  };
}
