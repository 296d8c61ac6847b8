/** What a self-training round leaves behind. Plain data. */

/** What a policy wrote, and how it was judged. */
export interface Written {
  readonly prompts: number;
  readonly responses: number;
  /** Responses that could be scored: ended in time and, in a world, of its grammar. */
  readonly scored: number;
  /** Mean exact human reward of those; null where no world knows it. */
  readonly humanReward: number | null;
  /** Mean exact reward of the biased annotator; null where no world knows it. */
  readonly annotatorReward: number | null;
  /** Mean score by the reward model; null where there is none. */
  readonly modelScore: number | null;
  /** Mean length of the scored ones, in tokens. */
  readonly meanTokens: number;
  /** A few of them, as written. */
  readonly samples: readonly {
    readonly prompt: string;
    readonly text: string;
    readonly score: number | null;
  }[];
}

export interface OnlineRound {
  /** From 1. */
  readonly round: number;
  /** What the round trained on: written by the policy before it. */
  readonly written: Written;
  /** Groups of the target and of the policy among the training groups. */
  readonly targetGroups: number;
  readonly policyGroups: number;
  readonly units: number;
  /** The ratio estimated in this round, target against policy. */
  readonly ratio: {
    readonly auc: number;
    readonly essFraction: number;
    /** Mean h over the responses of each. */
    readonly meanHTarget: number;
    readonly meanHPolicy: number;
    /** Over training units, after reduction and normalising. */
    readonly unitEssFraction: number;
  };
  /** What the policy writes after the round: the next round's material. */
  readonly after: Written;
}
