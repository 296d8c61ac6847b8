/** Answers of finished runs: written by the weights that were kept, judged, and stored beside the run. */
import type { Backend } from "../../backend/backend.ts";
import { messageOf, TiltError } from "../../base/errors.ts";
import { type Control, createControl, Stopped } from "../../experiment/control.ts";
import type { RunRecord } from "../../experiment/events.ts";
import type { AnswerJudge } from "../../experiment/judge_run.ts";
import type { JudgeApi, JudgedRun, RunSummary } from "../api.ts";
import type { Core } from "./core.ts";
import { finishedRun } from "./finished.ts";

const LONGEST_NAME = 60;

export function judgeCalls({ device, store, shelf, turns }: Core): JudgeApi {
  let control: Control | undefined;
  /** What judging remembers between calls belongs to one device. */
  let held: { readonly backend: Backend; readonly judge: AnswerJudge } | undefined;

  async function judgeOn(backend: Backend): Promise<AnswerJudge> {
    if (held?.backend !== backend) {
      const { createAnswerJudge } = await import("../../experiment/judge_run.ts");
      held = { backend, judge: createAnswerJudge(backend) };
    }
    return held.judge;
  }

  /** Takes the engine for as long as `work` needs it. */
  async function withEngine(
    who: string,
    waiting: (holder: string) => void,
    work: (judge: AnswerJudge, control: Control) => Promise<void>,
  ): Promise<void> {
    if (control)
      throw new TiltError("Runs are being judged.", { remedy: "Stop that first, or wait for its end." });
    const mine = createControl();
    control = mine;
    let release = (): void => {};
    try {
      release = await turns.take(who, { signal: mine.signal, waiting });
      const { backend } = await device.open();
      await work(await judgeOn(backend), mine);
    } catch (thrown) {
      if (thrown instanceof Stopped || mine.signal.aborted) return;
      throw thrown instanceof TiltError
        ? thrown
        : new TiltError(`The answers could not be written: ${messageOf(thrown)}`, { cause: thrown });
    } finally {
      release();
      control = undefined;
    }
  }

  return {
    runsWithWeights: async () => (await store()).runs.having("weights"),
    async judgedRuns(ids) {
      const records = await store();
      const all = await Promise.all(ids.map((id) => records.runs.beside(id, "judged")));
      return all.filter((one) => one !== null) as JudgedRun[];
    },
    judgeRuns: (ids, settings, onEvent) =>
      withEngine(
        "Judging answers",
        (holder) => {
          if (ids[0] !== undefined) onEvent({ kind: "note", run: ids[0], note: `Waiting for: ${holder}` });
        },
        async (judge, mine) => {
          for (const id of ids) {
            const judged = await judge.judge(
              await finishedRun({ store, shelf }, id),
              settings,
              mine,
              onEvent,
            );
            await (await store()).runs.putBeside(id, "judged", judged);
            onEvent({ kind: "judged", judged });
          }
        },
      ),
    askRuns: (ids, request, onEvent) =>
      withEngine(
        "Answering a prompt",
        () => {},
        async (judge, mine) => {
          for (const [i, id] of ids.entries()) {
            const run = await finishedRun({ store, shelf }, id);
            if (i === 0) await judge.answer(run, "reference", request, mine, onEvent);
            await judge.answer(run, "policy", request, mine, onEvent);
          }
        },
      ),
    async stopJudging() {
      control?.stop();
    },
    async renameRun(id, given) {
      const name = given.replace(/\s+/g, " ").trim().slice(0, LONGEST_NAME);
      const remedy = "Type at least one letter.";
      if (name === "") throw new TiltError("A run needs a name.", { where: "name", remedy });
      const records = await store();
      const record = (await records.runs.get(id)) as RunRecord | null;
      const entry = (await records.runs.list()).find((one) => one.id === id);
      if (!record || !entry)
        throw new TiltError("This run is not stored here.", { where: id, remedy: "Run it again." });
      await records.runs.change(id, { ...record, name }, { ...(entry.summary as RunSummary), name });
    },
  };
}
