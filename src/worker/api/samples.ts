/** Answers of a policy beside those of its reference: in training, or finished. */
import type { SampleEvent, SampleRequest } from "../../experiment/sample_types.ts";

export type * from "../../experiment/sample_types.ts";

export interface SampleApi {
  /**
   * Policy and reference answer the same held-out prompts with the same draws, streamed as they are written. A run that is
   * training waits between two steps meanwhile; its numbers stay the same. Resolves when all is written, or after
   * `stopSampling`.
   * @param run a stored run that kept its weights; null for the one in training
   * @returns false when there is no policy in training, or its training ended first
   * @throws TiltError when a stored run kept no weights, or nothing is held out
   */
  takeSamples(
    run: string | null,
    request: SampleRequest,
    onEvent: (event: SampleEvent) => void,
  ): Promise<boolean>;
  stopSampling(): Promise<void>;
}
