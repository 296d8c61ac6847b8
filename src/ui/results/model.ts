/** What the results stage knows beside the page's state: which settings are shown, judged answers, and what is being judged. */
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import type {
  AnswerEvent,
  AnswerRequest,
  JudgedItem,
  JudgedRun,
  JudgeSettings,
  RewardSource,
} from "../../experiment/judge_types.ts";
import type { App } from "../engine/app.ts";

/** Answers of a run that are in so far. */
export interface Coming {
  readonly by: RewardSource;
  readonly items: readonly JudgedItem[];
  readonly of: number;
}

export interface ResultsState {
  /** By a column's key, what the reader chose; others follow the charts. */
  readonly picked: ReadonlyMap<string, boolean>;
  /** Ids of runs that kept their weights; null until the engine has said. */
  readonly kept: ReadonlySet<string> | null;
  /** By run id. */
  readonly judged: ReadonlyMap<string, JudgedRun>;
  readonly coming: ReadonlyMap<string, Coming>;
  /** The run that is being judged and what is done; null for none. */
  readonly busy: { readonly run: string; readonly note: string } | null;
  /** Answers asked for by hand: by run id, "" for the reference. */
  readonly asked: {
    readonly request: AnswerRequest;
    readonly answers: ReadonlyMap<string, AnswerEvent>;
  } | null;
  readonly asking: boolean;
  readonly settings: JudgeSettings;
  /** Key of the column that others are compared with; null for each run's own reference. */
  readonly opponent: string | null;
  readonly problem: Problem | null;
}

const JUDGE_DEFAULTS: JudgeSettings = { answers: 200, seed: 1, temperature: 1, samples: 512 };

export interface ResultsModel {
  get(): ResultsState;
  subscribe(listener: () => void): () => void;
  pick(choices: ReadonlyMap<string, boolean>): void;
  compareWith(column: string | null): void;
  change(settings: Partial<JudgeSettings>): void;
  /** Reads what is stored of these runs, once each. */
  look(runs: readonly string[]): Promise<void>;
  judge(runs: readonly string[]): Promise<void>;
  ask(runs: readonly string[], request: AnswerRequest): Promise<void>;
  stop(): Promise<void>;
  rename(run: string, name: string): Promise<void>;
  dismiss(): void;
}

const models = new WeakMap<App, ResultsModel>();

/** One per page, so that nothing is lost when another stage is open for a while. */
export function resultsModel(app: App): ResultsModel {
  let model = models.get(app);
  if (!model) {
    model = createModel(app);
    models.set(app, model);
  }
  return model;
}

function createModel(app: App): ResultsModel {
  const { engine } = app;
  const listeners = new Set<() => void>();
  const looked = new Set<string>();
  let state: ResultsState = {
    picked: new Map(),
    kept: null,
    judged: new Map(),
    coming: new Map(),
    busy: null,
    asked: null,
    asking: false,
    settings: JUDGE_DEFAULTS,
    opponent: null,
    problem: null,
  };
  const set = (change: Partial<ResultsState>): void => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const withEntry = <T>(map: ReadonlyMap<string, T>, key: string, value: T): ReadonlyMap<string, T> =>
    new Map(map).set(key, value);
  const failed = (thrown: unknown): void => set({ problem: problemOf(thrown) });

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pick: (choices) => set({ picked: new Map([...state.picked, ...choices]) }),
    compareWith: (opponent) => set({ opponent }),
    change: (settings) => set({ settings: { ...state.settings, ...settings } }),
    async look(runs) {
      const fresh = runs.filter((id) => !looked.has(id));
      if (fresh.length === 0) return;
      for (const id of fresh) looked.add(id);
      try {
        const [kept, judged] = await Promise.all([engine.runsWithWeights(), engine.judgedRuns(fresh)]);
        set({
          kept: new Set(kept),
          judged: new Map([...judged.map((one) => [one.run, one] as const), ...state.judged]),
        });
      } catch (thrown) {
        for (const id of fresh) looked.delete(id);
        failed(thrown);
      }
    },
    async judge(runs) {
      const first = runs[0];
      if (state.busy || first === undefined) return;
      set({ busy: { run: first, note: "Starting" }, problem: null, coming: new Map() });
      try {
        await engine.judgeRuns(runs, state.settings, (event) => {
          // Events and the answer to the call come by different ways: a late note must not look like work going on.
          if (event.kind === "note") {
            if (state.busy) set({ busy: { run: event.run, note: event.note } });
          } else if (event.kind === "items") {
            const before = state.coming.get(event.run)?.items ?? [];
            const { by, of } = event;
            set({
              coming: withEntry(state.coming, event.run, { by, of, items: [...before, ...event.items] }),
            });
          } else {
            const coming = new Map(state.coming);
            coming.delete(event.judged.run);
            set({ judged: withEntry(state.judged, event.judged.run, event.judged), coming });
          }
        });
      } catch (thrown) {
        failed(thrown);
      } finally {
        set({ busy: null });
      }
    },
    async ask(runs, request) {
      if (state.asking || runs.length === 0) return;
      set({ asking: true, asked: { request, answers: new Map() }, problem: null });
      try {
        await engine.askRuns(runs, request, (event) => {
          const answers = withEntry(state.asked?.answers ?? new Map(), event.run ?? "", event);
          set({ asked: { request, answers } });
        });
      } catch (thrown) {
        failed(thrown);
      } finally {
        set({ asking: false });
      }
    },
    stop: () => engine.stopJudging(),
    async rename(run, name) {
      try {
        await engine.renameRun(run, name);
        await app.loadRecord(run);
      } catch (thrown) {
        failed(thrown);
      }
    },
    dismiss: () => set({ problem: null }),
  };
}
