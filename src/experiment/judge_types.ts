/** Generated answers and what they are worth. Plain data: it crosses the worker boundary and is stored beside the run. */

export interface JudgeSettings {
  /** Answers per run; held-out prompts are gone through again and again until there are as many. */
  readonly answers: number;
  /** The same seed draws alike for every policy and for the reference. */
  readonly seed: number;
  /** 1 draws from the policy as it is. */
  readonly temperature: number;
  /** On worlds: answers of the reference, drawn at temperature 1, that weigh the reward at a fixed KL. */
  readonly samples: number;
}

/** Who says what an answer is worth. */
export type RewardSource =
  | { readonly kind: "world"; readonly name: string }
  | {
      readonly kind: "model";
      /** What it is, in words. */
      readonly what: string;
      /** Share of pairs ranked as the data do, by models that saw no response to their prompt. */
      readonly accuracy: number;
      readonly pairs: number;
      readonly prompts: number;
      /** Whose preferences it learned: of groups with a target response, or of all groups. */
      readonly learnedFrom: "target" | "all";
    };

export interface JudgedAnswer {
  readonly text: string;
  /** Null where it is worth nothing that can be said: not of the world's grammar, or empty. */
  readonly reward: number | null;
}

/** One prompt, answered by a policy and by its reference with the same seed. */
export interface JudgedItem {
  readonly prompt: string;
  /** 0 for the first answer to this prompt, 1 for the second, … */
  readonly draw: number;
  readonly policy: JudgedAnswer;
  readonly reference: JudgedAnswer;
}

/** What only a world knows: expected human reward, as it is and at a fixed distance from the reference. */
export interface WorldReward {
  /** Mean human reward of the answers that are of the grammar, and of the reference's. */
  readonly reward: number;
  readonly referenceReward: number;
  /** Shares of answers that are of the grammar. */
  readonly parsed: number;
  readonly referenceParsed: number;
  /**
   * Expected reward after rescaling log(policy / reference) until KL(policy || reference) is `targetKl` nats: direction
   * without distance. Estimated from weighted answers of the reference.
   */
  readonly rewardAtKl: number;
  readonly targetKl: number;
  /** KL(policy || reference) as it is, from the same weights. */
  readonly kl: number;
  /** Effective number of reference answers behind `rewardAtKl`, and how many were written. */
  readonly effective: number;
  readonly samples: number;
}

export interface JudgedRun {
  readonly run: string;
  readonly settings: JudgeSettings;
  readonly by: RewardSource;
  /** Distinct held-out prompts. */
  readonly prompts: number;
  readonly items: readonly JudgedItem[];
  readonly world: WorldReward | null;
  readonly seconds: number;
}

export type JudgeEvent =
  | { readonly kind: "note"; readonly run: string; readonly note: string }
  | {
      readonly kind: "items";
      readonly run: string;
      readonly by: RewardSource;
      readonly items: readonly JudgedItem[];
      readonly done: number;
      readonly of: number;
    }
  | { readonly kind: "judged"; readonly judged: JudgedRun };

/** One prompt that several runs are asked, and what has been written so far. */
export interface AnswerRequest {
  readonly prompt: string;
  readonly seed: number;
  readonly temperature: number;
}

export interface AnswerEvent {
  /** Id of the run; null for the reference that the first run started from. */
  readonly run: string | null;
  /** All of the text so far. */
  readonly text: string;
  readonly ended: boolean;
  /** Once it has ended, where it can be said. */
  readonly reward: number | null;
}
