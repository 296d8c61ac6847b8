import { describe, expect, test } from "vitest";
import type { RunEvent, RunRecord } from "../../src/experiment/events.ts";
import { defaultSpec, withField } from "../../src/experiment/spec.ts";
import { sourceLooks } from "../../src/ui/names.ts";
import { sanitise } from "../../src/ui/saved.ts";
import type { Action } from "../../src/ui/state/actions.ts";
import { addMoment, paceOf } from "../../src/ui/state/pace.ts";
import { reduce } from "../../src/ui/state/reduce.ts";
import { applyEvents, newRun, type RunView } from "../../src/ui/state/run_view.ts";
import { canRun, chartRuns, goingRun, spokenRun } from "../../src/ui/state/select.ts";
import { specForDataset, specForStrategy } from "../../src/ui/state/spec_for.ts";
import { initialState, type State } from "../../src/ui/state/state.ts";
import { createStore } from "../../src/ui/state/store.ts";
import type { DatasetSummary } from "../../src/worker/api.ts";

const dataset = (change: Partial<DatasetSummary> = {}): DatasetSummary => ({
  hash: "a".repeat(64),
  name: "Chatter",
  format: "chatter",
  builtin: true,
  sources: [
    { name: "human", responses: 3, meanWords: 5 },
    { name: "bot", responses: 7, meanWords: 9 },
  ],
  target: 0,
  groups: 5,
  pairs: 5,
  responses: 10,
  rowsRead: 5,
  rowsLeftOut: 0,
  problems: [],
  problemsOmitted: 0,
  notes: [],
  ...change,
});
const file = dataset({ hash: "b".repeat(64), builtin: false, format: "trl", name: "mine.jsonl" });

const stateAfter = (...actions: Action[]): State => actions.reduce(reduce, initialState());
const start = (id: string, strategy: string, at: string, hash = dataset().hash): Action => ({
  type: "run-started",
  run: newRun(id, specForStrategy(defaultSpec(), strategy), hash, at),
  queue: { strategies: [strategy], at: 0 },
});

describe("datasets", () => {
  test("the built-in one is ready unless another was in use", () => {
    expect(stateAfter({ type: "datasets", datasets: [file, dataset()] }).dataset).toBe(dataset().hash);
    const kept = stateAfter({ type: "datasets", datasets: [file, dataset()], wanted: file.hash });
    expect(kept.dataset).toBe(file.hash);
    expect(kept.spec.data.source).toBe(`file:${file.hash}`);
    expect(stateAfter({ type: "datasets", datasets: [file, dataset()], wanted: "gone" }).dataset).toBe(
      dataset().hash,
    );
  });

  test("changing it forgets rows, search and run", () => {
    const before = stateAfter(
      { type: "datasets", datasets: [file, dataset()] },
      { type: "query", query: { search: "tea", run: "r", sort: "h" } },
      { type: "page", page: { hash: "", total: 0, of: 0, rows: [], columns: {} } },
    );
    const next = reduce(before, { type: "use-dataset", hash: file.hash });
    expect(next).toMatchObject({ page: null, row: null, rowsLoading: true });
    expect(next.query).toMatchObject({ search: "", run: null, sort: "row", offset: 0 });
  });

  test("changing it forgets what went wrong with the one before", () => {
    const problem = { what: "Too few prompts.", where: "split", remedy: "Add rows." };
    const before = stateAfter(
      { type: "datasets", datasets: [file, dataset()] },
      { type: "run-problem", problem },
    );
    expect(before.runProblem).toBe(problem);
    expect(reduce(before, { type: "use-dataset", hash: file.hash }).runProblem).toBeNull();
  });

  test("settings that a file cannot keep go back to their defaults", () => {
    const exact = withField(defaultSpec(), "ratio.source", "true");
    expect(specForDataset(exact, file).ratio.source).toBe("classifier");
  });

  test("judged responses without pairs are run under the loss that learns from them", () => {
    const judged = dataset({ ...file, pairs: 0, judged: 40 });
    expect(specForDataset(defaultSpec(), judged).train.loss).toBe("kto");
    expect(specForDataset(defaultSpec(), dataset({ ...file, judged: 40 })).train.loss).toBe("dpo");
    const state = {
      ...stateAfter({ type: "datasets", datasets: [judged], wanted: judged.hash }),
      engine: "ready" as const,
    };
    expect(canRun(state)).toBe(true);
    expect(canRun({ ...state, spec: withField(state.spec, "train.loss", "dpo") })).toBe(false);
    expect(canRun({ ...state, datasets: [{ ...judged, judged: 0 }] })).toBe(false);
  });

  test("a new search starts at the first page", () => {
    const before = stateAfter({ type: "query", query: { offset: 100 } });
    expect(before.query.offset).toBe(100);
    expect(reduce(before, { type: "query", query: { search: "x" } }).query.offset).toBe(0);
  });

  test("the target is H and comes first; others are lettered without an H", () => {
    const many = {
      target: 1,
      sources: Array.from({ length: 10 }, (_, i) => ({ name: `s${i}`, responses: 1, meanWords: 1 })),
    };
    const looks = sourceLooks(many);
    expect(looks.order[0]).toBe(1);
    expect(looks.at(1)).toMatchObject({ letter: "H", key: "h" });
    expect(looks.order.map((source) => looks.at(source).letter).join("")).toBe("HABCDEFGIJ");
    expect(looks.at(-1).letter).toBe("?");
  });
});

describe("runs", () => {
  const train = (step: number, loss: number): RunEvent => ({
    kind: "train",
    record: { step, values: { loss } },
    batch: [{ unit: 0, row: 1, source: 0, h: 1, loss, weight: 1 }],
  });

  test("what a run warns of stays with it, while it goes on and when it is read back", () => {
    const going = applyEvents(
      newRun("w", defaultSpec(), "hash", ""),
      [{ kind: "warning", what: "Small." }],
      0,
    );
    expect(going.warnings).toEqual(["Small."]);
    expect(going.progress).toBeNull();
  });

  test("events become curves, the last batch and progress", () => {
    const run = newRun("r", defaultSpec(), "x", "2026");
    const next = applyEvents(
      run,
      [
        { kind: "stage", stage: "train", done: 0, of: 60, note: "" },
        train(1, 0.7),
        train(2, 0.6),
        { kind: "eval", record: { step: 2, values: { eval_loss: 0.65 } } },
        { kind: "paused", stage: "train", step: 2 },
      ],
      0,
    );
    expect(next.train.map((record) => record.values.loss)).toEqual([0.7, 0.6]);
    expect(next.batch[0]!.loss).toBe(0.6);
    expect(next.evaluation.length).toBe(1);
    expect(next.progress).toMatchObject({ stage: "train", done: 2, of: 60 });
    expect(next.status).toBe("paused");
    expect(run.train.length).toBe(0);
  });

  test("pace is measured within a stage, and forgets what is old", () => {
    const moments = [0, 1000, 2000, 9000].reduce<ReturnType<typeof addMoment>>(
      (all, at, i) => addMoment(all, { stage: "train", done: i * 4, at }),
      [],
    );
    expect(moments.length).toBe(1);
    const two = addMoment(moments, { stage: "train", done: 22, at: 11_000 });
    const progress = { stage: "train", done: 22, of: 62, note: "" } as const;
    expect(paceOf({ moments: two, progress })).toEqual({ perSecond: 5, secondsLeft: 8 });
    expect(
      paceOf({ moments: addMoment(two, { stage: "evaluate", done: 0, at: 11_500 }), progress }).perSecond,
    ).toBeNull();
  });

  test("a record takes the place of the run that made it", () => {
    const record = {
      id: "stored",
      spec: defaultSpec(),
      datasetHash: dataset().hash,
      startedAt: "2026",
      outcome: "done",
      train: [],
    };
    const state = stateAfter(start("going-1", "erm", "2026"), {
      type: "run-ended",
      id: "going-1",
      record: record as unknown as RunRecord,
    });
    expect(state.runs.map((run) => [run.id, run.status])).toEqual([["stored", "done"]]);
    expect(goingRun(state)).toBeNull();
  });

  test("charts show the newest run of each strategy that is not hidden, in the fixed order", () => {
    const state = stateAfter(
      { type: "datasets", datasets: [dataset()] },
      start("d1", "dora_inside", "2026-01"),
      start("e1", "erm", "2026-02"),
      start("e2", "erm", "2026-03"),
      start("other", "erm", "2026-04", file.hash),
    );
    const ids = (from: State) => chartRuns(from).map((run: RunView) => run.id);
    // Runs of a world stay together whatever its settings; a file's runs are its own.
    expect(
      ids(stateAfter({ type: "datasets", datasets: [file] }, start("f", "erm", "1", file.hash))),
    ).toEqual(["f"]);
    const hidden = reduce(state, { type: "toggle-run", id: "other" });
    expect(ids(hidden)).toEqual(["e2", "d1"]);
    expect(ids(reduce(hidden, { type: "toggle-run", id: "e2" }))).toEqual(["e1", "d1"]);
    expect(spokenRun(hidden)?.id).toBe("other");
  });

  test("a deleted run can be brought back to its place", () => {
    const state = stateAfter(start("a", "erm", "1"), start("b", "reweight", "2"));
    const gone = state.runs[0]!;
    const without = reduce(state, { type: "run-removed", id: "a" });
    expect(without.runs.map((run) => run.id)).toEqual(["b"]);
    expect(reduce(without, { type: "run-restored", run: gone }).runs.map((run) => run.id)).toEqual([
      "a",
      "b",
    ]);
  });

  test("strategies keep their order whatever is ticked first", () => {
    const state = stateAfter({ type: "strategies", strategies: ["dora_inside", "erm", "kl_dro", "erm"] });
    expect(state.strategies).toEqual(["erm", "kl_dro", "dora_inside"]);
  });
});

describe("what is kept over a reload", () => {
  test("comes back as far as it makes sense", () => {
    const spec = withField(defaultSpec(), "train.lambda", 0.5);
    expect(
      sanitise({ stage: "data", strategies: ["erm", "gone"], dataset: "h", spec, hidden: ["r", 3] }),
    ).toEqual({
      stage: "data",
      strategies: ["erm"],
      dataset: "h",
      spec,
      hidden: ["r"],
    });
  });

  test.each([[null], ["x"], [{ stage: 7, spec: { train: { lambda: -1 } }, strategies: "erm" }]])(
    "anything else gives the defaults: %j",
    (told) => {
      expect(Object.keys(sanitise(told)).filter((key) => key !== "hidden")).toEqual([]);
    },
  );
});

test("listeners hear of changes only, until they stop", () => {
  const store = createStore(0, (state, action: number) => state + action);
  const heard: number[] = [];
  const stop = store.subscribe((state) => heard.push(state));
  store.dispatch(2);
  store.dispatch(0);
  stop();
  store.dispatch(1);
  expect(heard).toEqual([2]);
  expect(store.get()).toBe(3);
});
