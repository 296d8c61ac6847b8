/** The page on a made-up engine: every state is accessible, keys work, text from data stays text. */
import axe from "axe-core";
import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import "../../../src/ui/style/main.css";
import "../../../src/ui/app.ts";
import { type App, createApp } from "../../../src/ui/engine/app.ts";
import { STAGE_IDS, type StageId } from "../../../src/ui/state/state.ts";
import { fakeEngine } from "./fake_engine.ts";
import { SCENES } from "./scenes.ts";

let page: HTMLElementTagNameMap["tilt-app"];

async function open(scene: string, stage: StageId = "policy"): Promise<App> {
  history.replaceState(null, "", "#/workbench");
  const { engine, act } = SCENES[scene]!;
  const app = createApp(fakeEngine(engine), { stage });
  page = document.createElement("tilt-app");
  page.app = app;
  document.body.append(page);
  await app.open();
  await act?.(app);
  await settled();
  return app;
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 60));
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
  ];
  test.each(views)("%s, %s, %s", async (scene, stage, theme) => {
    document.documentElement.dataset.theme = theme;
    await open(scene, stage);
    const { violations } = await axe.run(page);
    const told = violations.flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${id}: ${help}, at ${node.html}`),
    );
    expect(told).toEqual([]);
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
  await expect.poll(() => app.store.get().queue, { timeout: 10_000 }).toBeNull();
  expect(app.store.get().runs.map((run) => [run.strategy, run.status, run.train.length])).toEqual([
    ["erm", "done", 60],
    ["dora_inside", "done", 60],
  ]);
  expect(document.title).toBe("Tilt");
});

test("curves carry their names, a table stands behind them with the same numbers", async () => {
  const app = await open("done");
  const chart = page.querySelector("tilt-curve-chart")!;
  const labels = [...chart.querySelectorAll("svg .label")].map((label) => label.textContent?.split(" ")[0]);
  expect(labels).toEqual(["ERM", "Reweighting", "DRO", "DoRA"]);
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
