/** Who judges what the policy wrote. */
import type { Backend } from "../../backend/backend.ts";
import { TiltError } from "../../base/errors.ts";
import { chatterTruth } from "../../data/worlds/chatter_truth.ts";
import type { Control } from "../control.ts";
import type { Prepared } from "../prepare.ts";
import { worldShares } from "../source.ts";
import type { Spec } from "../spec.ts";
import { trainRewardModel } from "./reward_model.ts";

export interface Judged {
  /** Higher is better. */
  readonly score: number;
  readonly human: number | null;
  readonly annotator: number | null;
}

export interface Judge {
  /** Null where a response cannot be judged: not of the world's grammar. */
  judge(prompt: string, texts: readonly string[]): (Judged | null)[];
  /** Whether `score` comes from a reward model. */
  readonly model: boolean;
  /** Share of held-apart pairs that the reward model ranks as the data do; null without one. */
  readonly accuracy: number | null;
}

/** @throws TiltError when the data do not know the reward that the spec asks for */
export async function openJudge(
  backend: Backend,
  spec: Spec,
  prepared: Prepared,
  control: Control,
): Promise<Judge> {
  const world = prepared.dataset.format === "chatter";
  const truth = world ? chatterTruth({ shift: spec.data.shift, shares: worldShares(spec.data) }) : null;
  const { score } = spec.online;
  if (!truth && score !== "model") {
    throw new TiltError("Only the built-in world knows an exact reward.", {
      where: "online.score",
      remedy: "Score with a reward model.",
    });
  }
  const model = score === "model" ? await trainRewardModel(backend, spec, prepared, control) : null;
  return {
    model: model !== null,
    accuracy: model?.accuracy ?? null,
    judge(prompt, texts) {
      const scores = model?.score(texts);
      return texts.map((text, i) => {
        if (text.trim() === "") return null;
        const known = truth?.score(prompt, text) ?? null;
        if (truth && !known) return null;
        const human = known?.humanReward ?? null;
        const annotator = known?.annotatorReward ?? null;
        return { score: scores ? scores[i]! : (score === "human" ? human : annotator)!, human, annotator };
      });
    },
  };
}
