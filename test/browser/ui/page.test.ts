/** The page on a made-up engine: every state is accessible, keys work, text from data stays text. */
import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import "../../../src/ui/style/main.css";
import "../../../src/ui/app.ts";
import "../../../src/ui/views/workbench.ts";
import type { App } from "../../../src/ui/engine/app.ts";
import { STAGE_IDS, type StageId } from "../../../src/ui/state/state.ts";
import { openedPage, type Page, settled, violations } from "./opened.ts";
import { SCENES } from "./scenes.ts";

let page: Page;

async function open(scene: string, stage: StageId = "policy"): Promise<App> {
  const { engine, act } = SCENES[scene]!;
  const opened = await openedPage(engine, stage);
  const { app } = opened;
  page = opened.page;
  await act?.(app);
  await expect.poll(words, { timeout: 10_000 }).not.toContain("Fetching this part of the page");
  await settled();
  return app;
}

const words = () => page.textContent?.replace(/\s+/g, " ") ?? "";

afterEach(() => {
  page.remove();
  document.documentElement.removeAttribute("data-theme");
});

describe("axe finds nothing", () => {
  const views: [scene: string, stage: StageId, theme: "light" | "dark"][] = [
    ["fresh", "policy", "light"],
    ["busy", "policy", "dark"],
    ["done", "policy", "light"],
    ["done", "policy", "dark"],
    ["done", "ratio", "light"],
    ["done", "results", "light"],
    ["row", "data", "light"],
    ["importing", "data", "light"],
    ["imported", "data", "dark"],
    ["refused", "data", "light"],
    ["untold", "data", "light"],
    ["cpu", "policy", "dark"],
    ["empty", "data", "light"],
    ["shortcuts", "policy", "light"],
    ["deleted", "results", "dark"],
    ["lost", "policy", "light"],
    ["memory", "policy", "dark"],
    ["left", "results", "light"],
    ["models", "policy", "light"],
    ["counted", "data", "light"],
  ];
  test.each(views)("%s, %s, %s", async (scene, stage, theme) => {
    document.documentElement.dataset.theme = theme;
    await open(scene, stage);
    expect(await violations(page)).toEqual([]);
  });
});

test("text from a file is never markup", async () => {
  await open("imported", "data");
  expect(words()).toContain("<b>Markup</b> in a file stays text.");
  expect(words()).toContain("<img src=x onerror=alert(1)>");
  expect(page.querySelector("img")).toBeNull();
});

test("a problem names file, line, field and says how many rows were left out", async () => {
  await open("imported", "data");
  expect(words()).toContain("answers-march.jsonl, line 17, field rejected");
  expect(words()).toContain("3 rows left out");
  expect(words()).toContain("Fill it in, or leave the row out.");
});

test("the keys of the list work, and not while typing", async () => {
  const app = await open("fresh");
  page.querySelector<HTMLElement>("#stage")!.focus();
  for (const [i, stage] of STAGE_IDS.entries()) {
    await userEvent.keyboard(String(i + 1));
    expect(app.store.get().stage).toBe(stage);
  }
  await userEvent.keyboard("?");
  await settled();
  expect(page.querySelector("dialog")!.open).toBe(true);
  await userEvent.keyboard("{Escape}");
  await settled();
  expect(app.store.get().shortcuts).toBe(false);

  await userEvent.keyboard("/");
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(document.activeElement?.id).toBe("search");
  await userEvent.keyboard("4s ");
  expect(app.store.get().stage).toBe("data");
  expect(app.store.get().runs.length).toBe(0);
});

test("S starts a run that waits, then takes one step at a time; Space goes on; all strategies follow", async () => {
  const app = await open("fresh");
  app.toggleStrategy("reweight");
  app.toggleStrategy("kl_dro");
  page.querySelector<HTMLElement>("#stage")!.focus();
  const steps = () => app.store.get().runs[0]?.train.length ?? 0;
  await userEvent.keyboard("s");
  await expect.poll(() => app.store.get().runs[0]?.status).toBe("paused");
  expect(steps()).toBe(0);
  await userEvent.keyboard("s");
  await expect.poll(steps).toBe(1);
  await userEvent.keyboard("s");
  await expect.poll(steps).toBe(2);
  expect(document.title).toBe("paused ERM · Tilt");
  await userEvent.keyboard(" ");
  await expect.poll(() => app.store.get().queue).toBeNull();
  expect(app.store.get().runs.map((run) => [run.strategy, run.status, run.train.length])).toEqual([
    ["erm", "done", 60],
    ["dora_inside", "done", 60],
  ]);
  expect(document.title).toBe("Tilt");
});

test("curves carry their names, a table stands behind them with the same numbers", async () => {
  const app = await open("done");
  const chart = page.querySelector("tilt-curve-chart")!;
  const labels = () =>
    [...chart.querySelectorAll("svg .label")].map((label) => label.textContent?.split(" ")[0]);
  await expect.poll(labels).toEqual(["ERM", "Reweighting", "DRO", "DoRA"]);
  chart.querySelector<HTMLButtonElement>("figcaption button")!.click();
  await settled();
  const rows = [...chart.querySelectorAll("tbody tr")];
  const run = app.store.get().runs[0]!;
  // Before the first step policy and reference are one: every pair ties, and the table starts after it.
  expect(rows.length).toBe(run.evaluation.length - 1);
  const last = run.evaluation.at(-1)!.values["eval_rewards/accuracies"]!;
  expect(rows.at(-1)!.querySelector("td")!.textContent).toBe((100 * last).toFixed(3));
});

test("a wrong value says what is allowed, and keeps the old one", async () => {
  const app = await open("fresh");
  const steps = page.querySelector<HTMLInputElement>("#f-train-steps")!;
  await userEvent.fill(steps, "many");
  await userEvent.keyboard("{Enter}");
  steps.dispatchEvent(new Event("change"));
  await settled();
  expect(page.querySelector(".wrong")?.textContent).toContain("a whole number from 0 to 100000");
  expect(app.store.get().spec.train.steps).toBe(60);
  await userEvent.fill(steps, "80");
  steps.dispatchEvent(new Event("change"));
  await settled();
  expect(app.store.get().spec.train.steps).toBe(80);
  const back = [...page.querySelectorAll<HTMLButtonElement>("button")].find((button) =>
    button.ariaLabel?.startsWith("Steps: back to the default"),
  );
  back!.click();
  expect(app.store.get().spec.train.steps).toBe(60);
});

test("a slider, a choice that is refused goes back to the value in force, and says why", async () => {
  const app = await open("counted", "data");
  const shares = () => {
    const { shareTarget, shareFirst } = app.store.get().spec.data;
    return [shareTarget, shareFirst];
  };
  const box = page.querySelector<HTMLInputElement>("#f-data-shareTarget")!;
  const slider = box.parentElement!.querySelector<HTMLInputElement>(".slide")!;
  expect(shares()).toEqual([0.3, 0.5]);
  for (const [value, taken] of [
    ["0.45", 0.45],
    ["0.9", 0.45],
  ] as const) {
    slider.value = value;
    slider.dispatchEvent(new Event("change"));
    await settled();
    expect(shares()).toEqual([taken, 0.5]);
    expect([slider.valueAsNumber, Number(box.value)]).toEqual([taken, taken]);
  }
  expect(page.querySelector(".wrong")?.textContent).toContain("add up to more than 1");

  app.showStage("ratio");
  app.setField("online.rounds", 2);
  await settled();
  const classifier = page.querySelector<HTMLSelectElement>("#f-ratio-classifier")!;
  classifier.value = "states";
  classifier.dispatchEvent(new Event("change"));
  await settled();
  expect(app.store.get().spec.ratio.classifier).toBe("linear");
  expect(page.querySelector(".wrong")?.textContent).toBeTruthy();
  expect(classifier.value).toBe("linear");
});

test("settings are found by what they say, one without effect says why, and changes are taken back", async () => {
  const app = await open("changed");
  page.querySelector<HTMLElement>("details.all > summary")!.click();
  const look = page.querySelector<HTMLInputElement>("#look")!;
  await userEvent.fill(look, "lora rank");
  await settled();
  expect(page.querySelector("#found-f-train-loraRank")).not.toBeNull();
  await userEvent.fill(look, "radius of the ball");
  await settled();
  expect(words()).toContain("It matters where Strategy is");
  await userEvent.fill(look, "zzz");
  await settled();
  expect(words()).toContain("No setting says that.");

  const spec = () => app.store.get().spec;
  expect([spec().train.lambda, spec().train.batch, spec().ratio.hMax]).toEqual([0.5, 56, 20]);
  page.querySelector<HTMLElement>("#stage")!.focus();
  await userEvent.keyboard("{Control>}zz{/Control}");
  expect([spec().train.lambda, spec().train.batch, spec().ratio.hMax]).toEqual([0.5, 16, 10]);
  await userEvent.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
  expect(spec().train.batch).toBe(56);
  // Values of a slider that is being drawn are one change.
  for (const value of [0.6, 0.7, 0.8]) app.setField("train.lambda", value, true);
  app.undoSetting();
  expect(spec().train.lambda).toBe(0.5);
  app.resetAll();
  await settled();
  expect(words()).toContain("all at their defaults");
});

test("a preset of the objective sets what it fixes, after saying so", async () => {
  const app = await open("fresh");
  await expect.poll(() => page.querySelectorAll("#preset option").length).toBe(5);
  await userEvent.selectOptions(page.querySelector("#preset")!, "released-lire");
  await settled();
  expect(words()).toContain("a batch of 1");
  [...page.querySelectorAll<HTMLButtonElement>("button")]
    .find((one) => one.textContent?.trim() === "Set these")!
    .click();
  await expect.poll(() => app.store.get().spec.train.strategy).toBe("dora_outside");
  expect(app.store.get().spec.train).toMatchObject({ loss: "lire", batch: 1 });
  expect(app.store.get().strategies).toEqual(["dora_outside"]);
});

test("a stage runs by itself, shows what it found, and leaves no run behind", async () => {
  const app = await open("counted", "data");
  expect(words()).toContain("192 groups to train on, 48 held out");
  app.showStage("ratio");
  page.querySelector<HTMLElement>("#stage")!.focus();
  await app.runStage("ratio");
  await settled();
  expect(words()).toContain("mean h 1.00");
  app.showStage("policy");
  await app.runStage("sft");
  await settled();
  expect(words()).toContain("10 of 100 steps, loss 2.850 → 1.500 nats per token");
  expect(app.store.get().runs).toEqual([]);
  app.setField("ratio.hMax", 3);
  app.showStage("ratio");
  await settled();
  expect(words()).toContain("Settings changed after this ratio was estimated.");
  expect(page.querySelector("math")).not.toBeNull();
});

test("what broke off is offered, and goes on with the strategies that were to follow", async () => {
  const app = await open("left");
  expect(words()).toContain("You left at step 40 of 60.");
  [...page.querySelectorAll<HTMLButtonElement>("button")]
    .find((one) => one.textContent?.trim() === "Go on from step 40")!
    .click();
  await expect.poll(() => app.store.get().queue).not.toBeNull();
  await expect.poll(() => app.store.get().queue).toBeNull();
  expect(app.store.get().runs.map((run) => [run.strategy, run.status])).toEqual([
    ["erm", "done"],
    ["dora_inside", "done"],
  ]);
  await expect.poll(() => app.store.get().kept).toEqual([]);
});

test("a lost GPU and a full one say what to do, with a button that does it", async () => {
  await open("lost");
  expect(words()).toContain("Tilt kept the state of step 40; 1 step is lost.");
  expect(words()).toContain("Go on from step 40");
  page.remove();
  const app = await open("memory");
  const split = [...page.querySelectorAll<HTMLButtonElement>("button")].find((one) =>
    one.textContent?.startsWith("Split into 2 × 8"),
  )!;
  split.click();
  expect(app.store.get().spec.train.microBatches).toBe(2);
});

test("single keys can be turned off, and stay off", async () => {
  const app = await open("fresh");
  app.setSingleKeys(false);
  await settled();
  page.querySelector<HTMLElement>("#stage")!.focus();
  await userEvent.keyboard("1");
  expect(app.store.get().stage).toBe("policy");
  app.setSingleKeys(true);
  await settled();
  await userEvent.keyboard("1");
  expect(app.store.get().stage).toBe("data");
});

test("a deleted run comes back with Undo", async () => {
  const app = await open("deleted", "results");
  expect(app.store.get().runs.length).toBe(3);
  [...page.querySelectorAll<HTMLButtonElement>(".toast button")].at(0)!.click();
  await settled();
  expect(app.store.get().runs.map((run) => run.strategy)).toEqual([
    "erm",
    "reweight",
    "kl_dro",
    "dora_inside",
  ]);
});

test("a stem of the strip opens its row", async () => {
  const app = await open("done");
  const strip = page.querySelector<HTMLElement>("tilt-strip [tabindex]")!;
  strip.focus();
  await userEvent.keyboard("{ArrowRight}{ArrowRight}{Enter}");
  await expect.poll(() => app.store.get().row).not.toBeNull();
  expect(app.store.get().stage).toBe("data");
});

test("choosing who the target is lets runs start", async () => {
  const app = await open("untold", "data");
  const run = () => page.querySelector<HTMLButtonElement>(".transport .main")!;
  expect(run().disabled).toBe(true);
  const button = [...page.querySelectorAll("button")].find((one) =>
    one.textContent?.includes("Preferred is human"),
  );
  button!.click();
  await expect.poll(() => run().disabled).toBe(false);
  expect(app.store.get().datasets[0]!.target).toBe(0);
});
