/** Judging finished runs by what they write, and asking them. */
import type {
  AnswerEvent,
  AnswerRequest,
  JudgedRun,
  JudgeEvent,
  JudgeSettings,
} from "../../experiment/judge_types.ts";

export type * from "../../experiment/judge_types.ts";

export interface JudgeApi {
  /** Ids of stored runs that kept their weights: those that can be judged and asked. */
  runsWithWeights(): Promise<readonly string[]>;
  /** What was found when these runs were judged last; runs that were not are left out. */
  judgedRuns(ids: readonly string[]): Promise<readonly JudgedRun[]>;
  /**
   * Lets each run answer held-out prompts and judges the answers, one run after the other; what is found is stored beside
   * the run. Resolves when all are judged, or after `stopJudging`.
   * @throws TiltError when a run kept no weights, or its answers cannot be judged
   */
  judgeRuns(
    ids: readonly string[],
    settings: JudgeSettings,
    onEvent: (event: JudgeEvent) => void,
  ): Promise<void>;
  /**
   * One prompt, answered by the reference of the first run and then by each run with the same seed, as it is written.
   * Ends early after `stopJudging`.
   */
  askRuns(
    ids: readonly string[],
    request: AnswerRequest,
    onEvent: (event: AnswerEvent) => void,
  ): Promise<void>;
  stopJudging(): Promise<void>;
  /** Gives a stored run another name. @throws TiltError when the name is empty or the run is gone */
  renameRun(id: string, name: string): Promise<void>;
}
