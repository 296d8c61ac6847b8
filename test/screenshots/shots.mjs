// @ts-check
/**
 * The pictures: what each is called, where its page is, what is done there first. Stages are shown by the made-up engine of
 * test/browser/ui in all its scenes; Play, sweeps, links, lessons and files by the real one.
 */
import {
  choose,
  endSweep,
  inTurn,
  openReport,
  press,
  reveal,
  runLink,
  sceneReady,
  seen,
  startSweep,
  viewReady,
} from "./acts.mjs";

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {{ name: string, address: string, act: (page: Page) => Promise<unknown> }} Shot
 */

const STAGES = ["data", "ratio", "policy", "results"];
/** Scenes that every stage is shown in; the others on the stage that they are about. */
const EVERYWHERE = ["fresh", "busy", "done", "failed", "empty"];
/** @type {Readonly<Record<string, string>>} */
const ABOUT = {
  importing: "data",
  imported: "data",
  refused: "data",
  untold: "data",
  counted: "data",
  row: "data",
  deleted: "results",
  seeds: "results",
  judging: "results",
};
const LESSONS = [
  "pairs",
  "shift",
  "classifier",
  "weights",
  "pair-ratio",
  "dro",
  "lambda",
  "dora",
  "noise",
  "batch",
  "drift",
  "yours",
];
/** An experiment of seconds, and one without a strategy's name in its link. */
const TINY =
  "#v=1&data.groups=60&data.maxTokens=40&data.shift=1&ratio.folds=3&ratio.steps=20&ratio.hashBits=8&model.dim=16&model.layers=1&model.heads=2&model.kvHeads=2&model.hidden=24&sft.steps=4&sft.batch=4&train.steps=40&train.batch=6&train.evalEvery=4&train.lr=0.01&eval.groups=8";
const ODD = Array.from({ length: 12 }, (_, i) =>
  JSON.stringify({
    ask: `Why does bread go stale faster in the fridge, asked for the ${i + 1}. time?`,
    human_answer: "Starch turns back to crystals quickest just above freezing, so the crumb dries out.",
    model_answer: "There are several reasons why bread may go stale more quickly when refrigerated.",
    liked: i % 3 === 0 ? "model_answer" : "human_answer",
  }),
).join("\n");

/** @param {string} state @param {string} [stage] */
const scene = (state, stage = "policy") =>
  `test/browser/ui/page.html?state=${state}&stage=${stage}#/workbench`;

/** @param {Readonly<Record<string, string>>} scenes names of scenes @returns {Shot[]} */
function scenesOf(scenes) {
  return Object.keys(scenes).flatMap((name) =>
    (EVERYWHERE.includes(name) ? STAGES : [ABOUT[name] ?? "policy"]).map((stage) => ({
      name: `workbench-${stage}-${name}`,
      address: scene(name, stage),
      act: sceneReady,
    })),
  );
}

/** @param {readonly string[]} scenes names of the made-up engine's scenes @returns {Shot[]} */
export function shots(scenes) {
  /** @type {(name: string, address: string, ...acts: ((page: Page) => Promise<unknown>)[]) => Shot} */
  const shot = (name, address, ...acts) => ({ name, address, act: inTurn(...acts) });
  return [
    ...scenesOf(Object.fromEntries(scenes.map((name) => [name, ""]))),
    shot("workbench-data-table", scene("done", "data"), sceneReady, (page) =>
      page
        .locator("summary", { hasText: "lengths" })
        .first()
        .click({ timeout: 2000 })
        .catch(() => {}),
    ),
    shot("webgpu-help", scene("cpu"), sceneReady, (page) => page.locator(".notice summary").click()),
    shot("storage", scene("seeds", "results"), sceneReady, press("Storage"), seen("dialog.storage")),
    shot("link-dialog", scene("done"), sceneReady, press(/^Copy link/), seen("tilt-link-dialog dialog")),
    shot("file-mapper", "#/workbench", choose("odd.jsonl", ODD), seen("tilt-mapper, #layout")),
    shot(
      "file-refused",
      "#/workbench",
      choose("page.jsonl", "<html><body>Not found</body></html>"),
      seen(".problem"),
    ),
    shot("play-still", "?paused#/play", viewReady),
    shot("play-busy", "#/play", (page) =>
      page.waitForFunction(() => Number(document.querySelector(".deck .count b")?.textContent) > 40),
    ),
    shot("play-finished", "#/play", (page) =>
      page.getByText(/Human reward over [3-9] seeds/).waitFor({ timeout: 240_000 }),
    ),
    shot("play-table", "?paused#/play", viewReady, press(/table of the timeline/)),
    shot("sweeps-idle", "#/sweeps", viewReady),
    shot("sweeps-busy", "#/sweeps", startSweep),
    shot("sweeps-finished", "#/sweeps", endSweep),
    shot("sweeps-error", "#/sweeps/not-there", seen(".problem")),
    shot("lessons", "#/lessons", viewReady),
    ...LESSONS.map((id) => shot(`lesson-${id}`, `#lesson=${id}`, viewReady)),
    shot("lesson-answered", "#lesson=dro/the-tilt", viewReady, reveal),
    shot("lesson-lost", "#lesson=not-there", viewReady),
    shot("guide", "#/guide", viewReady),
    shot("guide-found", "#/guide/setting-train-lambda", viewReady),
    shot("embed-builder", "#/embed", viewReady, (page) =>
      page.frameLocator("iframe").locator(".mult").nth(3).waitFor({ timeout: 60_000 }),
    ),
    shot(
      "embed-frame",
      "#v=1&data.source=builtin:plane&train.lambda=0.3&embed=1&hide=timeline",
      seen(".mult canvas, .mult svg"),
    ),
    shot("embed-card", "#v=1&train.lambda=0.3&embed=1", seen(".card .terms")),
    shot("link-card", "#v=1&train.strategy=dora_inside&train.lambda=0.5", seen(".card .terms")),
    shot("link-done", TINY, runLink),
    shot("link-error", "#z1=cut", seen(".card .problem")),
    shot("report", TINY, openReport),
  ];
}
