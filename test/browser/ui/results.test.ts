/** Sources & ratio, and Results, on the made-up engine: accessible in every state, judged, asked, named, taken along. */
import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import "../../../src/ui/style/main.css";
import "../../../src/ui/app.ts";
import "../../../src/ui/stages/ratio.ts";
import "../../../src/ui/stages/results.ts";
import type { App } from "../../../src/ui/engine/app.ts";
import { resultsModel } from "../../../src/ui/results/model.ts";
import type { StageId } from "../../../src/ui/state/state.ts";
import { openedPage, type Page, settled, violations } from "./opened.ts";
import { SCENES } from "./scenes.ts";

let page: Page;

async function open(scene: string, stage: StageId): Promise<App> {
  const { engine, act } = SCENES[scene]!;
  const opened = await openedPage(engine, stage);
  const { app } = opened;
  page = opened.page;
  await act?.(app);
  await settled();
  return app;
}

const words = (selector = "main") => page.querySelector(selector)?.textContent?.replace(/\s+/g, " ") ?? "";
const button = (name: RegExp): HTMLButtonElement =>
  [...page.querySelectorAll("button")].find((one) =>
    name.test(one.textContent!.replace(/\s+/g, " ").trim()),
  )!;

afterEach(() => {
  page.remove();
  document.documentElement.removeAttribute("data-theme");
});

describe("axe finds nothing", () => {
  const views: [scene: string, stage: StageId, theme: "light" | "dark"][] = [
    ["done", "ratio", "dark"],
    ["fresh", "results", "light"],
    ["seeds", "results", "light"],
    ["judging", "results", "dark"],
  ];
  test.each(views)("%s, %s, %s", async (scene, stage, theme) => {
    document.documentElement.dataset.theme = theme;
    const app = await open(scene, stage);
    expect(await violations(page)).toEqual([]);
    await resultsModel(app).stop();
  });
});

test("every chart of the ratio has its numbers behind it; the slider of the limit says what it changes", async () => {
  const app = await open("done", "ratio");
  for (const heading of [
    "Log-ratio of each response",
    "Telling sources apart",
    "Estimated against true",
    "Is the classifier honest?",
    "Clipping",
  ]) {
    const figure = page.querySelector(`figure[aria-label="${heading}"]`)!;
    expect(`${heading}: ${figure.querySelector("svg[role=img]") !== null}`).toBe(`${heading}: true`);
    figure.querySelector<HTMLButtonElement>("button[aria-pressed]")!.click();
    await settled();
    expect(figure.querySelectorAll("tbody tr").length).toBeGreaterThan(3);
  }
  const shown = () => words(".clip .facts");
  const before = shown();
  const slider = page.querySelector<HTMLInputElement>("#clip-h")!;
  slider.value = "6";
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  await settled();
  expect(app.store.get().spec.ratio.hMax).toBeLessThan(3);
  expect(shown()).not.toBe(before);
  expect(words(".clip")).toContain("The next run clips at");
  expect(words()).toContain("Logistic regression on");
});

test("judging fills the bars while it goes, and says what the answers cannot tell apart", async () => {
  const app = await open("judging", "results");
  const figure = () => page.querySelector('figure[aria-label="Against the reference"]')!;
  expect(figure().textContent).toContain("64 of 200");
  expect(page.querySelectorAll("td.prov").length).toBeGreaterThan(0);
  expect(words()).toContain("Writing answers, DoRA");
  button(/^Stop judging/).click();
  await expect.poll(() => resultsModel(app).get().busy).toBeNull();

  // The three that were judged whole: each against another one.
  expect(words(".verdict")).toContain("of these trained models, not of strategies");
  const select = [...page.querySelectorAll<HTMLSelectElement>("tilt-wins select")].at(-1)!;
  select.value = [...select.options].find(({ text }) => text === "ERM")!.value;
  select.dispatchEvent(new Event("change"));
  await settled();
  const against = page.querySelector('figure[aria-label="Against ERM"]')!;
  expect(against.querySelector("svg")!.getAttribute("aria-label")).toMatch(
    /Reweighting wins [\d.]+ % of 200/,
  );
  against.querySelector<HTMLButtonElement>("button[aria-pressed]")!.click();
  await settled();
  expect(against.querySelectorAll("tbody tr")).toHaveLength(3);
});

test("seeds of a setting are one column; a run is named, left out, and asked", async () => {
  const app = await open("seeds", "results");
  expect(page.querySelectorAll(".cmp thead th")).toHaveLength(4);
  expect(words(".cmp thead")).toContain("3 seeds");
  expect(words(".verdict")).toContain("paired over 3 seeds");

  button(/^rename keen-elm/).click();
  await settled();
  await userEvent.fill(page.querySelector<HTMLInputElement>(".naming")!, "the one with DoRA");
  await userEvent.keyboard("{Enter}");
  await expect.poll(() => words(".cmp thead")).toContain("the one with DoRA");

  const box = page.querySelector<HTMLInputElement>('.runs input[aria-label^="Compare ERM"]')!;
  await userEvent.click(box);
  await expect.poll(() => page.querySelectorAll(".cmp thead th").length).toBe(3);
  expect(app.store.get().hidden).toHaveLength(3);

  button(/^Ask 3 runs/).click();
  await expect.poll(() => words("tilt-answers")).not.toContain("waiting");
  expect(page.querySelectorAll("tilt-answers .one")).toHaveLength(4);
  const prompt = words("tilt-answers .prompt");
  button(/^Next/).click();
  await settled();
  expect(words("tilt-answers .prompt")).not.toBe(prompt);
});
