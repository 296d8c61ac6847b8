/** Settings found by words, taken back, kept over a reload; the way to WebGPU; what a full memory can do. */
import { describe, expect, it, test } from "vitest";
import { defaultSpec, fieldAt, fieldsFor, withField, withFields } from "../../src/experiment/spec.ts";
import { isModel } from "../../src/ui/models/dropped.ts";
import { isStale } from "../../src/ui/parts/rail_segments.ts";
import { nextSplit } from "../../src/ui/parts/run_problem.ts";
import { sanitise } from "../../src/ui/saved.ts";
import { found, whyIdle } from "../../src/ui/settings/search.ts";
import { reduce } from "../../src/ui/state/reduce.ts";
import { newRun } from "../../src/ui/state/run_view.ts";
import { goingRun, preparedRun, ratioRun } from "../../src/ui/state/select.ts";
import { initialState, type State } from "../../src/ui/state/state.ts";
import { webgpuHelp } from "../../src/ui/webgpu_help.ts";

const spec = defaultSpec();

describe("search", () => {
  const paths = (text: string): string[] => found(fieldsFor(spec), text).map(({ path }) => path);
  test("finds by label, path, help and choice, labels first", () => {
    expect(paths("micro-batch")[0]).toBe("train.microBatches");
    expect(paths("train.lr")[0]).toBe("train.lr");
    expect(paths("isotonic")).toEqual(["ratio.calibration"]);
    expect(paths("  ")).toEqual([]);
    expect(paths("nothing says this")).toEqual([]);
  });
  test("every field is found by its own label", () => {
    for (const field of fieldsFor(spec)) expect(found(fieldsFor(spec), field.label)).toContainEqual(field);
  });
  test("says why a setting has no effect", () => {
    const idle = (path: string, of = spec) => whyIdle(fieldAt(path)!, of);
    expect(idle("train.steps")).toBe("");
    expect(idle("model.planeHidden")).toBe("No effect now. It matters where Dataset is Plane.");
    expect(idle("ratio.hidden")).toBe("No effect now. It matters where Classifier is one hidden layer.");
    expect(idle("ratio.hidden", withField(spec, "ratio.classifier", "hidden"))).toBe("");
    expect(idle("train.rho")).toMatch(/It matters where Strategy is/);
  });
});

test("undo and redo walk through changes; a drawn slider is one of them; a new change forgets what was taken back", () => {
  let state = initialState();
  const act = (action: Parameters<typeof reduce>[1]): void => {
    state = reduce(state, action);
  };
  const to = (value: number, drawn?: string): void =>
    act({ type: "spec", spec: withField(state.spec, "train.lambda", value), ...(drawn && { drawn }) });
  const lambda = (): number => state.spec.train.lambda;
  to(2);
  for (const value of [3, 4, 5]) to(value, "train.lambda");
  act({ type: "spec-undo" });
  expect(lambda()).toBe(2);
  act({ type: "spec-undo" });
  act({ type: "spec-undo" });
  expect(lambda()).toBe(1);
  act({ type: "spec-redo" });
  act({ type: "spec-redo" });
  act({ type: "spec-redo" });
  expect(lambda()).toBe(5);
  act({ type: "spec-undo" });
  to(9);
  act({ type: "spec-redo" });
  expect(lambda()).toBe(9);
});

test("a stage run by itself is shown while it goes, and stays beside the runs", () => {
  const hash = "a".repeat(64);
  let state: State = { ...initialState(), dataset: hash };
  const queue = { strategies: ["erm"], at: 0 };
  state = reduce(state, { type: "run-started", run: newRun("s", spec, hash, "2026-01-01", "ratio"), queue });
  expect(goingRun(state)?.only).toBe("ratio");
  const summary = { auc: 0.8 } as never;
  state = reduce(state, { type: "run-events", id: "s", events: [{ kind: "ratio", summary }], at: 0 });
  expect(ratioRun(state)?.ratio).toBe(summary);
  const ended = { id: "r", spec, startedAt: "2026-01-01", ratio: summary, outcome: "done" } as never;
  state = reduce(state, { type: "run-ended", id: "s", record: ended });
  expect(state.runs).toEqual([]);
  expect(state.alone.ratio).toMatchObject({ only: "ratio", status: "done" });
  expect(preparedRun(state)).toBeNull();
});

test("runs are stale when data or ratio changed after them, not when their training did", () => {
  const done = { ...newRun("a", spec, "h", "2026"), status: "done" as const };
  expect(isStale([done], spec)).toBe(false);
  expect(isStale([done], withField(spec, "train.lr", 0.01))).toBe(false);
  expect(isStale([done], withField(spec, "ratio.hMax", 3))).toBe(true);
  expect(isStale([null, newRun("b", spec, "h", "2026")], withField(spec, "seed", 2))).toBe(false);
});

test("memory is saved by splitting only where that changes no number", () => {
  expect(nextSplit(withField(spec, "train.batch", 56))).toBe(2);
  expect(nextSplit(withFields(spec, { "train.batch": 5, "train.microBatches": 4 }))).toBe(5);
  expect(nextSplit(withFields(spec, { "train.batch": 4, "train.microBatches": 4 }))).toBeNull();
  expect(nextSplit(withField(spec, "train.estimator", "storm"))).toBeNull();
});

test("what is kept over a reload: any known strategy, and whether single keys act", () => {
  expect(sanitise({ strategies: ["cvar", "nonsense", 3], singleKeys: false })).toMatchObject({
    strategies: ["cvar"],
    singleKeys: false,
  });
  expect(sanitise({ singleKeys: "no" })).not.toHaveProperty("singleKeys");
});

test("weights make dropped files a model", () => {
  expect(isModel([{ name: "config.json" }, { name: "model.safetensors" }])).toBe(true);
  expect(isModel([{ name: "config.json" }, { name: "rows.jsonl" }])).toBe(false);
});

describe("the way to WebGPU", () => {
  const chrome =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
  it.each([
    [chrome, "Chrome on Linux", /enable-unsafe-webgpu/],
    [chrome.replace("X11; Linux x86_64", "Windows NT 10.0; Win64; x64"), "Chrome on Windows", /version 113/],
    [
      `${chrome.replace("X11; Linux x86_64", "Windows NT 10.0")} Edg/140.0`,
      "Edge on Windows",
      /edge:\/\/settings/,
    ],
    [chrome.replace("X11; Linux x86_64", "Linux; Android 14"), "Chrome on Android", /version 121/],
    [
      "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
      "Firefox on Windows",
      /version 141/,
    ],
    [
      "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
      "Firefox on Linux",
      /about:config/,
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.3 Safari/605.1.15",
      "Safari on macOS",
      /Feature Flags/,
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/140.0 Safari/604.1",
      "Safari on iOS",
      /iOS or iPadOS 26/,
    ],
    ["Lynx/2.9", "this browser", /current Chrome or Edge/],
  ])("%s", (agent, browser, step) => {
    const help = webgpuHelp({ agent, secure: true, api: false });
    expect(help.browser).toBe(browser);
    expect(help.steps.join(" ")).toMatch(step);
  });
  it("says first that the page must come over https", () => {
    expect(webgpuHelp({ agent: chrome, secure: false, api: false }).steps).toEqual([
      expect.stringContaining("over https"),
    ]);
  });
});
