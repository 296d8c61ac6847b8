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
  RatioSummary,
  RunEvent,
  RunRecord,
  StepRecord,
  UnitInfo,
} from "../../../src/experiment/events.ts";
import type { Progress } from "../../../src/experiment/job.ts";
import { decodeLink, decodeRecipe, encodeLink, encodeRecipe } from "../../../src/experiment/link.ts";
import { linkCard } from "../../../src/experiment/link-card.ts";
import { contentFor, fittingLink } from "../../../src/experiment/link-for.ts";
import type { Spec } from "../../../src/experiment/spec.ts";
import type { Estimate } from "../../../src/experiment/work.ts";

import type { DatasetSummary, EngineApi, ImportOutcome, Look, ReadChoices } from "../../../src/worker/api.ts";
import { guideCalls } from "../../../src/worker/engine/guide.ts";
import { lessonCalls } from "../../../src/worker/engine/lessons.ts";
import { planeCalls } from "../../../src/worker/engine/plane.ts";
import { type FakeJudgeOptions, fakeJudge } from "./fake_judge.ts";
import { fakeClipping, fakeDetails } from "./fake_ratio.ts";
import { fakeRows } from "./fake_rows.ts";
import { fakeSamples } from "./fake_samples.ts";
import { type FakeStageOptions, fakeStages } from "./fake_stages.ts";
import { fakeSweeps } from "./fake_sweeps.ts";

export interface FakeOptions {
  /** Milliseconds per training step; 0 runs in bursts of ten. */
  readonly stepMs: number;
  readonly environment?: Partial<Environment>;
  readonly importOutcome?: (files: readonly File[]) => ImportOutcome;
  readonly importMs?: number;
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

export const GROUPS = 240;
const SOURCES = ["human", "parrot", "wit"];

export const CHATTER: DatasetSummary = {
  hash: "c".repeat(64),
  name: "Chatter",
  format: "chatter",
  builtin: true,
  sources: [
    { name: "human", responses: 144, meanWords: 9.4 },
    { name: "parrot", responses: 240, meanWords: 12.1 },
    { name: "wit", responses: 96, meanWords: 8.2 },
  ],
  target: 0,
  groups: GROUPS,
  pairs: GROUPS,
  responses: 2 * GROUPS,
  rowsRead: GROUPS,
  rowsLeftOut: 0,
  problems: [],
  problemsOmitted: 0,
  notes: ["Made by the built-in generator with its default settings."],
};

export function environment(change: Partial<Environment> = {}): Environment {
  return {
    backend: "webgpu",
    adapter: "SwiftShader",
    features: ["shader-f16"],
    engine: "tilt 0.1.0",
    agent: "Chromium",
    ...change,
  };
}

interface World {
  readonly units: readonly (UnitInfo & { readonly hard: number })[];
  readonly logRatios: readonly (readonly number[])[];
}

function makeWorld(): World {
  const random = stream(7, "fake");
  const units = Array.from({ length: GROUPS }, (_, i) => {
    const source = i % 10 < 3 ? 0 : i % 10 < 8 ? 1 : 2;
    const centre = [0.55, -0.7, -1.5][source]!;
    const logRatio = Math.min(1.2, centre + 0.45 * random.normal());
    return {
      group: String(i + 1),
      row: i + 1,
      responses: [0, 1],
      source,
      h: Math.exp(logRatio),
      hard: random.uniform(),
    };
  });
  const mean = units.reduce((sum, unit) => sum + unit.h, 0) / units.length;
  return {
    units: units.map((unit) => ({ ...unit, h: unit.h / mean })),
    logRatios: SOURCES.map((_, s) =>
      units.filter((unit) => unit.source === s).map((unit) => Math.log(unit.h)),
    ),
  };
}

function summaryOf(world: World): RatioSummary {
  const low = -3.5;
  const high = 1.5;
  const histogram = (values: readonly number[]) => {
    const counts = new Array<number>(40).fill(0);
    for (const value of values) {
      const bin = Math.floor(((value - low) / (high - low)) * 40);
      counts[Math.min(39, Math.max(0, bin))]! += 1;
    }
    return { low, high, counts };
  };
  return {
    auc: 0.872,
    lengthOnlyAuc: 0.713,
    logLoss: 0.41,
    brier: 0.13,
    ece: 0.028,
    essFraction: 0.58,
    meanH: 1,
    bySource: SOURCES.map((source, s) => {
      const values = world.logRatios[s]!;
      const meanH = values.reduce((sum, value) => sum + Math.exp(value), 0) / values.length;
      return {
        source,
        responses: 2 * values.length,
        meanH,
        auc: s === 0 ? null : [0.83, 0.95][s - 1]!,
        logRatio: histogram(values),
      };
    }),
    reliability: Array.from({ length: 10 }, (_, i) => ({
      predicted: (i + 0.5) / 10,
      observed: Math.min(1, Math.max(0, (i + 0.5) / 10 + 0.04 * Math.sin(3 * i))),
      count: 20 + 8 * Math.abs(5 - i),
    })),
    correlation: 0.93,
    details: fakeDetails(SOURCES, [1.1, 2.6]),
    clipping: fakeClipping(world.units),
    warnings: [
      {
        what: "Length alone separates the sources well (AUC 0.71).",
        remedy: "Part of the ratio may be length, not style.",
      },
    ],
  };
}

/** Weights of a batch under a strategy, as multiples of the equal share. */
function weigh(strategy: string, lambda: number, batch: readonly { h: number; loss: number }[]): number[] {
  const raw = batch.map(({ h, loss }) => {
    if (strategy === "reweight") return h;
    if (strategy === "kl_dro") return Math.exp(loss / lambda);
    return strategy === "dora_inside" ? h * Math.exp((h * loss) / lambda) : 1;
  });
  const mean = raw.reduce((a, b) => a + b, 0) / raw.length;
  return raw.map((weight) => weight / mean);
}

/** A look into a file whose columns have odd names. */
function lookAt({ mapping }: ReadChoices): Look {
  const guessed = { prompt: "question", chosen: "good", rejected: "bad" };
  const used = mapping ?? guessed;
  const rows = [1, 2, 3].map((i) => ({ question: `Question ${i}?`, good: `Yes ${i}.`, bad: `No ${i}.` }));
  const whole = used.chosen !== undefined && used.rejected !== undefined;
  return {
    columns: ["question", "good", "bad"].map((name) => ({ name, kind: "text", meanLength: 40 })),
    exampleRows: rows,
    guess: {
      format: null,
      label: "Columns named by hand",
      columns: ["question", "good", "bad"],
      roles: { prompt: ["question"], responses: ["good", "bad"], scores: [], sources: [], weights: [] },
      mapping: guessed,
      target: null,
      note: null,
    },
    problem: null,
    preview: {
      rows: whole
        ? rows.map(({ question, good, bad }, i) => ({
            row: i + 1,
            prompt: question,
            responses: [good, bad].map((text, k) => ({ text, source: null, score: null, wins: 1 - k })),
          }))
        : [],
      rowsRead: 3,
      rowsKept: whole ? 3 : 0,
      pairs: whole ? 3 : 0,
      sources: [],
      target: null,
      notes: [],
      problems: whole
        ? []
        : [{ file: "odd.jsonl", row: 1, field: "bad", what: "Column `bad` is missing.", effect: "left-out" }],
    },
  };
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
  let cancelled = false;
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
    async importFiles(files, onProgress) {
      cancelled = false;
      for (let i = 1; i <= 10 && !cancelled; i++) {
        await wait((options.importMs ?? 200) / 10);
        const ofBytes = files.reduce((sum, file) => sum + file.size, 0);
        onProgress({ file: files[0]!.name, bytes: (ofBytes * i) / 10, ofBytes, rows: 150 * i });
      }
      if (cancelled || !options.importOutcome)
        return { ok: false, problem: { what: "The import was cancelled." }, problems: [] };
      const outcome = options.importOutcome(files);
      if (outcome.ok) datasets.unshift(outcome.dataset);
      return outcome;
    },
    look: async (_from, choices = {}) => lookAt(choices),
    async reread(_hash, _choices, onProgress) {
      return this.importFiles([new File(["{}"], "again.jsonl")], onProgress);
    },
    importReport: async (_hash, format) => ({ name: `report.${format}`, blob: new Blob(["{}"]) }),
    readAddress: async (link) => ({
      url: link.replace("/blob/", "/resolve/"),
      host: new URL(link).host,
      file: link.split("/").at(-1)!,
      rewritten: link.includes("/blob/"),
    }),
    askSize: async () => ({ bytes: 12_400_000, answeredBy: "cdn.example" }),
    async importAddress(_url, onProgress) {
      return this.importFiles([new File(["{}"], "fetched.jsonl")], onProgress);
    },
    async cancelImport() {
      cancelled = true;
    },
    async deleteDataset(hash) {
      datasets.splice(
        datasets.findIndex((one) => one.hash === hash),
        1,
      );
    },
    async setTarget(hash, target) {
      const at = datasets.findIndex((one) => one.hash === hash);
      return (datasets[at] = { ...datasets[at]!, target });
    },
    async preferredIsTarget(hash) {
      const at = datasets.findIndex((one) => one.hash === hash);
      const sources = ["preferred", "other"].map((name) => ({ name, responses: GROUPS, meanWords: 12 }));
      return (datasets[at] = { ...datasets[at]!, target: 0, sources });
    },
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
    async makeLink({ spec, title, page }) {
      const made = await fittingLink(contentFor({ spec, title }), page);
      const { url, length, tooLong, content } = made;
      return {
        url,
        length,
        tooLong,
        recipe: encodeRecipe(content),
        evidence: null,
        data: "builtin",
        notInline: null,
      };
    },
    async openLink(address) {
      const content = await decodeLink(address);
      return { content, card: linkCard(content), dataset: null, estimate: options.estimate ?? null };
    },
    recipeLink: async (text) => (await encodeLink(decodeRecipe(text))).fragment,
    isLinkedFile: async () => ({ matches: false, sha256: "0".repeat(64) }),
    bringLinked: async (_content, files) => ({
      ok: false,
      problem: {
        what: "This is not the file in the link.",
        where: files?.[0]?.name ?? "",
        remedy:
          "Its SHA-256 is e01f88a0c3d2…, expected 3a6eb0790f39…. Ask the sender for the very file march.jsonl.",
      },
      problems: [],
    }),
    report: async () => [{ name: "report.html", blob: new Blob(["report"]) }],
    storageUsage: async () => ({
      lasting: true,
      why: "",
      used: 31e6,
      quota: 10e9,
      persisted: false,
      datasets: 24e6,
      runs: 2e6,
      checkpoints: 5e6,
      sweeps: 0,
      items: records.map(({ id, name, startedAt }) => ({
        kind: "run",
        id,
        name,
        bytes: 1e6,
        savedAt: startedAt,
      })),
    }),
    deleteCheckpoints: async () => {},
    deleteClassifier: async () => {},
    exportAll: async () => ({ name: "tilt.backup", blob: new Blob(["TILT"]) }),
    importAll: async () => ({ restored: [], kept: [], lost: [], damage: null }),
  };
  return engine;
}

/** A record of a run that did nothing yet. */
function emptyRecord(spec: Spec): RunRecord {
  return {
    id: "",
    name: "",
    spec,
    specHash: "",
    datasetHash: CHATTER.hash,
    datasetName: "Chatter",
    environment: environment(),
    startedAt: new Date(Date.UTC(2026, 2, 4, 8)).toISOString(),
    seconds: {},
    outcome: "done",
    ratio: null,
    sft: [],
    train: [],
    evaluation: [],
    units: [],
    lastWeights: [],
    digest: "",
  };
}
