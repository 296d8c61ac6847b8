/** States of the page worth looking at, and how to get there. */
import type { App } from "../../../src/ui/engine/app.ts";
import { resultsModel } from "../../../src/ui/results/model.ts";
import type { DatasetSummary, ImportOutcome, KeptState } from "../../../src/worker/api.ts";
import type { FakeOptions } from "./fake_engine.ts";
import { STORIES } from "./fake_stages.ts";
import { CHATTER } from "./fake_world.ts";

interface Scene {
  readonly engine: FakeOptions;
  readonly act?: (app: App) => Promise<unknown> | undefined;
}

const DROPPED: DatasetSummary = {
  ...CHATTER,
  hash: "d".repeat(64),
  name: "answers-march.jsonl",
  format: "trl",
  builtin: false,
  rowsRead: 243,
  rowsLeftOut: 3,
  notes: ["Read as: prompt question, preferred chosen, other rejected."],
  problems: [
    {
      file: "answers-march.jsonl",
      row: 17,
      line: 17,
      field: "rejected",
      what: "This row has no rejected response.",
      remedy: "A preference needs two responses. Fill it in, or leave the row out.",
      excerpt: '{"question":"Is tap water safe here?","chosen":"Yes.","rejected":""}',
      effect: "left-out",
    },
    {
      file: "answers-march.jsonl",
      line: 96,
      what: "This line is not JSON: unexpected end of input at column 58.",
      remedy: "Look whether the line was cut off.",
      excerpt: '{"question":"Why do my knees click on the stairs?","chose',
      effect: "left-out",
    },
    {
      file: "answers-march.jsonl",
      row: 201,
      line: 201,
      field: "chosen",
      what: "<b>Markup</b> in a file stays text.",
      excerpt: '{"chosen":"<img src=x onerror=alert(1)>"}',
      effect: "left-out",
    },
  ],
};

/** A run that broke off with its tab. */
const LEFT: KeptState = {
  stage: "train",
  run: "left",
  name: "plain-oak",
  strategy: "erm",
  datasetHash: CHATTER.hash,
  step: 40,
  of: 60,
  rest: ["dora_inside"],
  savedAt: "2026-03-04T09:12:00.000Z",
  bytes: 2e6,
};

const refused: ImportOutcome = {
  ok: false,
  problem: {
    what: "Line 1 is not JSON.",
    where: "answers-march.jsonl, line 1",
    remedy: "It starts with <html; this looks like a web page saved in place of the file.",
  },
  problems: [],
};

const file = () => new File(["{}"], "answers-march.jsonl");
const quick = { stepMs: 0 };
const until = async (app: App, done: (app: App) => boolean): Promise<void> => {
  while (!done(app)) await new Promise((resolve) => setTimeout(resolve, 20));
};
async function threeSeeds(app: App): Promise<void> {
  app.setField("train.steps", 60);
  for (const seed of [1, 2, 3]) {
    app.setField("seed", seed);
    await app.run();
  }
}
async function judgeAll(app: App): Promise<void> {
  const ids = app.store.get().runs.map(({ id }) => id);
  await resultsModel(app).look(ids);
  await resultsModel(app).judge(ids);
}
const trained = (app: App): number => app.store.get().runs.at(-1)?.train.length ?? 0;

export const SCENES: Readonly<Record<string, Scene>> = {
  fresh: { engine: quick },
  busy: {
    engine: { stepMs: 12 },
    act: (app) => {
      void app.run();
      return until(app, () => app.store.get().runs.length >= 2 && trained(app) > 20);
    },
  },
  paused: {
    engine: { stepMs: 5 },
    act: async (app) => {
      void app.run();
      await until(app, () => trained(app) > 12);
      await app.pause();
      await until(app, () => app.store.get().runs.at(-1)?.status === "paused");
    },
  },
  done: { engine: quick, act: (app) => app.run() },
  row: {
    engine: quick,
    act: async (app) => {
      await app.run();
      await app.loadRows({ sort: "weight", descending: true });
      app.showRow(app.store.get().page!.rows[1]!.id);
    },
  },
  failed: { engine: { ...quick, failAt: 31 }, act: (app) => app.run() },
  importing: {
    engine: { ...quick, importMs: 60_000, importOutcome: () => refused },
    act: async (app) => {
      void app.importFiles([file()]);
      await until(app, () => (app.store.get().importing?.rows ?? 0) >= 0);
    },
  },
  imported: {
    engine: { ...quick, importMs: 20, importOutcome: () => ({ ok: true, dataset: DROPPED }) },
    act: (app) => app.importFiles([file()]),
  },
  refused: {
    engine: { ...quick, importMs: 20, importOutcome: () => refused },
    act: (app) => app.importFiles([file()]),
  },
  untold: {
    engine: {
      ...quick,
      importMs: 20,
      importOutcome: () => ({ ok: true, dataset: { ...DROPPED, target: -1, sources: [] } }),
    },
    act: (app) => app.importFiles([file()]),
  },
  cpu: {
    engine: {
      ...quick,
      environment: { backend: "cpu", adapter: "CPU", fallback: "there is no WebGPU here" },
    },
  },
  lost: {
    engine: {
      ...quick,
      failAt: 41,
      failOf: {
        what: "The GPU stopped answering at step 41.",
        remedy: "Tilt kept the state of step 40; 1 step is lost.",
        kind: "device-lost",
      },
      stages: { kept: [LEFT] },
    },
    act: (app) => app.run(),
  },
  memory: {
    engine: {
      ...quick,
      failAt: 1,
      failOf: {
        what: "The GPU has not enough memory for this.",
        remedy: "Use a smaller batch, shorter sequences or a smaller model.",
        kind: "memory",
      },
    },
    act: (app) => app.run(),
  },
  left: { engine: { ...quick, stages: { kept: [LEFT] } } },
  models: {
    engine: { ...quick, stages: { models: [STORIES] } },
    act: async (app) => {
      await app.run();
      app.openModels();
      await until(app, () => (app.store.get().models?.length ?? 0) > 0);
    },
  },
  counted: { engine: quick, act: (app) => app.runStage("data") },
  reference: { engine: quick, act: (app) => app.runStage("sft") },
  changed: {
    engine: quick,
    act: async (app) => {
      app.setField("train.lambda", 0.5);
      app.setField("train.batch", 56);
      app.setField("ratio.hMax", 20);
    },
  },
  empty: { engine: { ...quick, datasets: [] } },
  seeds: {
    engine: quick,
    act: async (app) => {
      await threeSeeds(app);
      await judgeAll(app);
    },
  },
  judging: {
    engine: { ...quick, judge: { holdAt: 64 } },
    act: async (app) => {
      await app.run();
      void judgeAll(app);
      await until(
        app,
        () =>
          (resultsModel(app).get().coming.values().next().value?.items.length ?? 0) >= 64 &&
          resultsModel(app).get().judged.size === 3,
      );
    },
  },
  one: {
    engine: quick,
    act: async (app) => {
      for (const id of ["erm", "reweight", "kl_dro"]) app.toggleStrategy(id);
      await app.run();
    },
  },
  shortcuts: { engine: quick, act: async (app) => app.showShortcuts(true) },
  deleted: {
    engine: quick,
    act: async (app) => {
      await app.run();
      app.deleteRun(app.store.get().runs[0]!.id);
    },
  },
};
