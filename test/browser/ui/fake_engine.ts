/**
 * An engine for looking at the page without the real one: it makes up a small preference problem and follows it with
 * closed forms, seeded, so that every picture has plausible numbers. Tests and screenshots only; never shipped.
 */
import { stream } from "../../../src/base/random.ts";
import { checkRun } from "../../../src/experiment/check.ts";
import { drawLog } from "../../../src/experiment/draws.ts";
import type {
  Draws,
  Environment,
  GroupWeight,
  Problem,
  RunEvent,
  RunRecord,
  StepRecord,
} from "../../../src/experiment/events.ts";
import type { Progress } from "../../../src/experiment/job.ts";
import type { Spec } from "../../../src/experiment/spec.ts";
import type { Estimate } from "../../../src/experiment/work.ts";

import type { DatasetSummary, EngineApi } from "../../../src/worker/api.ts";
import { guideCalls } from "../../../src/worker/engine/guide.ts";
import { lessonCalls } from "../../../src/worker/engine/lessons.ts";
import { planeCalls } from "../../../src/worker/engine/plane.ts";
import { type FakeImportOptions, fakeImports } from "./fake_imports.ts";
import { type FakeJudgeOptions, fakeJudge } from "./fake_judge.ts";
import { fakeLinks } from "./fake_links.ts";
import { fakeRows } from "./fake_rows.ts";
import { fakeSamples } from "./fake_samples.ts";
import { type FakeStageOptions, fakeStages } from "./fake_stages.ts";
import { fakeStorage } from "./fake_storage.ts";
import { fakeSweeps } from "./fake_sweeps.ts";
import {
  CHATTER,
  emptyRecord,
  environment,
  GROUPS,
  makeWorld,
  SOURCES,
  summaryOf,
  weigh,
} from "./fake_world.ts";

export interface FakeOptions extends FakeImportOptions {
  /** Milliseconds per training step; 0 runs in bursts of ten. */
  readonly stepMs: number;
  readonly environment?: Partial<Environment>;
  /** Step at which runs fail, and of what. */
  readonly failAt?: number;
  readonly failOf?: Problem;
  readonly stages?: FakeStageOptions;
  readonly datasets?: readonly DatasetSummary[];
  readonly prompts?: readonly string[];
  readonly judge?: Partial<FakeJudgeOptions>;
  /** What a link card says of the time its run takes. */
  readonly estimate?: Estimate;
}

export function fakeEngine(options: FakeOptions): EngineApi {
  const world = makeWorld();
  const ratio = summaryOf(world);
  const records: RunRecord[] = [];
  const datasets: DatasetSummary[] = [...(options.datasets ?? [CHATTER])];
  let estimated = false;
  let progress: Progress | undefined;
  const drawn = new Map<string, Draws>();
  const control: { state: "running" | "paused" | "step" | "stopped" } = { state: "running" };
  const is = (state: typeof control.state): boolean => control.state === state;
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  async function held(emit: (event: RunEvent) => void, step: number): Promise<void> {
    if (control.state !== "paused") return;
    emit({ kind: "paused", stage: "train", step });
    while (control.state === "paused") await wait(20);
    if (control.state === "running") emit({ kind: "resumed" });
  }

  let trainedSteps = 0;

  const engine: EngineApi = {
    open: async () => environment(options.environment),
    datasets: async () => datasets,
    ...fakeImports(datasets, options),
    ...fakeRows({
      units: world.units,
      ...(options.prompts && { prompts: options.prompts }),
      summaryOf: (hash) => datasets.find((one) => one.hash === hash),
      record: (id) => records.find((one) => one.id === id),
      draws: (id) => drawn.get(id),
      estimated: () => estimated,
      progress: () => progress,
    }),
    async run(spec: Spec, emit, { expected, waitsBefore } = {}) {
      control.state = "running";
      const { strategy, lambda, steps, batch: size } = spec.train;
      const random = stream(spec.seed, strategy);
      for (let i = 0; i <= 4; i++) {
        emit({ kind: "stage", stage: "ratio", done: i, of: 4, note: `fold ${i} of 4` });
        await wait(options.stepMs);
      }
      estimated = true;
      emit({ kind: "ratio", summary: ratio });
      const train: StepRecord[] = [];
      const evaluation: StepRecord[] = [];
      const last = new Array<number | null>(GROUPS).fill(null);
      const log = drawLog();
      progress = { datasetHash: CHATTER.hash, spec, units: world.units, lastWeights: last, draws: log };
      const end = { erm: 0.61, reweight: 0.57, kl_dro: 0.64, dora_inside: 0.55 }[strategy] ?? 0.6;
      const judge = (step: number): void => {
        const t = 1 - Math.exp((-3 * step) / steps);
        const accuracy = 0.5 + (0.69 - end) * 2.2 * t + 0.01 * random.normal();
        const record = {
          step,
          values: {
            eval_loss: Math.LN2 + (end - Math.LN2) * t,
            "eval_rewards/accuracies": accuracy,
            eval_mixture_loss: Math.LN2 + 0.8 * (end - Math.LN2) * t + 0.01 * random.normal(),
            "eval_mixture_rewards/accuracies": accuracy - 0.03 * t,
          },
        };
        evaluation.push(record);
        emit({ kind: "eval", record });
      };
      emit({ kind: "stage", stage: "train", done: 0, of: steps, note: "" });
      if (waitsBefore === "train") control.state = "paused";
      judge(0);
      let failed = false;
      for (let step = 1; step <= steps && !is("stopped"); step++) {
        await held(emit, step - 1);
        if (is("stopped")) break;
        const t = 1 - Math.exp((-3 * step) / steps);
        const units = Array.from({ length: size }, () => Math.floor(random.uniform() * GROUPS));
        const losses = units.map((i) => ({
          h: world.units[i]!.h,
          loss: Math.max(
            0.01,
            Math.LN2 + (end - 0.75) * t + (world.units[i]!.hard - 0.5) * 1.4 * t + 0.02 * random.normal(),
          ),
        }));
        const weights = weigh(strategy, lambda, losses);
        const batch: GroupWeight[] = units.map((unit, k) => {
          last[unit] = weights[k]!;
          const { row, source } = world.units[unit]!;
          return { unit, row, source, h: losses[k]!.h, loss: losses[k]!.loss, weight: weights[k]! };
        });
        const total = weights.reduce((a, b) => a + b, 0);
        const record = {
          step,
          values: {
            loss: losses.reduce((sum, one) => sum + one.loss, 0) / size,
            "rewards/accuracies": Math.min(1, 0.5 + 0.3 * t + 0.05 * random.normal()),
            "rewards/margins": 0.9 * (0.75 - end) * 4 * t + 0.02 * random.normal(),
            ...Object.fromEntries(
              SOURCES.map((name, source) => [
                `weight/by_source/${name}`,
                batch.filter((one) => one.source === source).reduce((sum, one) => sum + one.weight, 0) / size,
              ]),
            ),
            "displacement/chosen_delta": (strategy === "erm" ? -1.4 : 0.6) * t + 0.05 * random.normal(),
            "robust/ess": total ** 2 / weights.reduce((sum, weight) => sum + weight ** 2, 0),
          },
        };
        train.push(record);
        trainedSteps = step;
        log.add(step, batch);
        emit({ kind: "train", record, batch });
        if (step % spec.train.evalEvery === 0) judge(step);
        if (is("step")) control.state = "paused";
        if (options.failAt === step) {
          failed = true;
          break;
        }
        if (options.stepMs > 0 || step % 10 === 0) await wait(options.stepMs);
      }
      const made: RunRecord = {
        id: `run-${records.length + 1}`,
        name: ["plain-oak", "even-reed", "steep-ash", "keen-elm"][records.length % 4]!,
        spec,
        specHash: "",
        datasetHash: CHATTER.hash,
        datasetName: "Chatter",
        environment: environment(),
        startedAt: new Date(Date.UTC(2026, 2, 4, 9, records.length)).toISOString(),
        seconds: { ratio: 0.8, sft: 2.1, train: 4.2 },
        outcome: failed ? "failed" : is("stopped") ? "stopped" : "done",
        ...(failed && {
          problem: options.failOf ?? {
            what: `Loss became infinite at step ${options.failAt}.`,
            where: "train.lr",
            remedy: "Lower the learning rate and run again.",
          },
        }),
        ratio,
        sft: [],
        train,
        evaluation,
        units: world.units,
        lastWeights: last,
        digest: "",
      };
      const record = expected ? { ...made, check: checkRun(made, expected) } : made;
      records.push(record);
      drawn.set(record.id, log.draws());
      return record;
    },
    ...fakeStages({
      ...options.stages,
      stepMs: options.stepMs,
      ratio,
      run: (spec, emit) => engine.run(spec, emit),
      record: (spec) => ({ ...emptyRecord(spec), units: world.units }),
      estimated: () => {
        estimated = true;
      },
    }),
    async pause() {
      control.state = "paused";
    },
    async step() {
      control.state = "step";
    },
    async resume() {
      control.state = "running";
    },
    async stop() {
      control.state = "stopped";
    },
    runs: async () =>
      records.map(({ id, name, spec, datasetHash, startedAt, outcome, digest }) => ({
        id,
        name,
        strategy: spec.train.strategy,
        datasetHash,
        startedAt,
        outcome,
        digest,
      })),
    runRecord: async (id) => records.find((record) => record.id === id) ?? null,
    async deleteRun(id) {
      records.splice(
        records.findIndex((record) => record.id === id),
        1,
      );
    },
    ...fakeJudge({ records, chunkMs: options.stepMs, ...options.judge }),
    // Plane is quick enough to be real here.
    ...fakeSweeps(),
    ...fakeSamples(options.stepMs, () => trainedSteps),
    ...guideCalls(),
    ...lessonCalls(),
    ...planeCalls({ open: () => Promise.reject(new Error("no device in this engine")) }),
    exportDataset: async (hash, run, format) => ({
      name: `chatter.${format}`,
      blob: new Blob([JSON.stringify({ hash, run })]),
    }),
    exportTrl: async () =>
      ["preferences.jsonl", "train.py", "objective.py"].map((name) => ({ name, blob: new Blob([name]) })),
    ...fakeLinks(options.estimate ?? null),
    report: async () => [{ name: "report.html", blob: new Blob(["report"]) }],
    ...fakeStorage(records),
  };
  return engine;
}
