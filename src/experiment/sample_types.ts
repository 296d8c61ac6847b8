/** What is asked of a policy in training, and what it answers. Plain data: it crosses the worker boundary. */

/** The same prompts and the same draws for policy and reference. */
export interface SampleRequest {
  readonly seed: number;
  /** 0 takes the most likely token. */
  readonly temperature: number;
  /** Keep this many most likely tokens; 0 keeps all. */
  readonly topK: number;
  /** Keep the most likely tokens up to this probability, in (0, 1]. */
  readonly topP: number;
  /** Held-out prompts answered; others follow when `skip` does. */
  readonly prompts: number;
  /** Prompts passed over, to see others. */
  readonly skip: number;
  /** Answers, at temperature 1, from which the divergence from the reference is estimated; 0 leaves it out. */
  readonly measured: number;
}

export type SampleEvent =
  | {
      readonly kind: "prompts";
      /** Steps that the policy had been trained for. */
      readonly step: number;
      readonly prompts: readonly {
        readonly text: string;
        /** Id and 1-based row of the group it comes from. */
        readonly group: string;
        readonly row: number;
        /** The preferred answer of the target in the data, where there is one. */
        readonly preferred: string | null;
      }[];
    }
  | {
      readonly kind: "text";
      readonly who: "policy" | "reference";
      /** Index of the prompt. */
      readonly at: number;
      /** All of it so far. */
      readonly text: string;
      /** "end" when the model ended it, "cut" when there was no more room. */
      readonly state: "writing" | "end" | "cut";
    }
  | {
      /** Mean over answers of log π − log πref, drawn from π: an estimate of KL(π‖πref), with its standard error. */
      readonly kind: "divergence";
      readonly step: number;
      /** Nats per answer. */
      readonly kl: number;
      readonly error: number;
      readonly answers: number;
    };
