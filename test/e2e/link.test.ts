/** A link from one visitor to another: a card that waits, the same bits, and links that are no good. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Page } from "playwright-core";
import { afterEach, expect, test } from "vitest";
import { openPage, type Visit } from "./harness.ts";
import { ready } from "./person.ts";

/** Seconds on a GPU in software: few groups, a tiny model, few steps. */
const TINY = {
  "data.groups": 60,
  "data.maxTokens": 40,
  "data.shift": 1,
  "ratio.folds": 3,
  "ratio.steps": 20,
  "ratio.hashBits": 8,
  "model.dim": 16,
  "model.layers": 1,
  "model.heads": 2,
  "model.kvHeads": 2,
  "model.hidden": 24,
  "sft.steps": 4,
  "sft.batch": 4,
  "train.steps": 4,
  "train.batch": 6,
  "train.evalEvery": 2,
  "train.lr": 0.01,
  "eval.groups": 8,
  "eval.samples": 0,
};
const LINK = `#v=1&${Object.entries(TINY)
  .map(([path, value]) => `${path}=${value}`)
  .join("&")}`;
const HASH = "7c1e".padEnd(64, "0");

const visits: Visit[] = [];
afterEach(async () => {
  for (const visit of visits.splice(0)) {
    expect(visit.problems).toEqual([]);
    await visit.close();
  }
});

async function open(fragment: string): Promise<Visit> {
  const visit = await openPage(fragment);
  visits.push(visit);
  await visit.page.locator(".card .terms, .card .problem").first().waitFor({ timeout: 60_000 });
  return visit;
}

const card = async (page: Page): Promise<string> =>
  (await page.locator(".card").innerText()).replace(/\s+/g, " ");

async function run(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.locator(".verdict").waitFor({ timeout: 120_000 });
  return card(page);
}

test("the same link in two fresh profiles, and in Node: the same bits", async () => {
  const first = await open(LINK);
  await expect.poll(() => card(first.page)).toContain("Nothing has been downloaded or started yet.");
  await expect.poll(() => card(first.page)).toContain("not measured on this machine yet");
  expect(await first.accessibilityProblems()).toEqual([]);
  expect(await run(first.page)).toContain("Not compared");
  await first.page.getByRole("button", { name: "Show it among the results" }).click();
  await expect.poll(() => first.page.locator(".runs tbody tr").count()).toBe(1);
  await first.page.getByRole("button", { name: /^Copy link/ }).click();
  const dialog = first.page.locator("tilt-link-dialog dialog");
  await expect.poll(() => dialog.innerText()).toContain("With the numbers of this run");
  await dialog.getByLabel(/Your question/).fill("Does it repeat?");
  await expect.poll(() => dialog.locator("textarea").inputValue()).toMatch(/#z1=|title=/);
  expect(await first.accessibilityProblems()).toEqual([]);
  await first.screenshot("copy-link");
  const link = await dialog.locator("textarea").inputValue();
  expect(link.length).toBeLessThan(2000);
  await expect.poll(() => dialog.innerText()).toContain("characters");

  const second = await open(link.slice(link.indexOf("#")));
  await expect.poll(() => card(second.page)).toContain("Does it repeat?");
  const said = await run(second.page);
  expect(said).toContain("Bit-identical");
  expect(said).toContain("every metric at every step has the same bits");
  expect(await second.accessibilityProblems()).toEqual([]);
  await second.screenshot("bit-identical");
  await second.page.getByRole("button", { name: "Show it among the results" }).click();
  await expect.poll(() => second.page.locator(".runs .badge").innerText()).toContain("Bit-identical");
  await ready(second.page);
  const coming = second.page.waitForEvent("download");
  await second.page.getByRole("button", { name: "Report" }).click();
  const report = readFileSync(await (await coming).path(), "utf8");
  expect(report).toContain("= bit-identical");
  expect(report).not.toContain("<script");

  const launcher = resolve(import.meta.dirname, "../../src/cli/tilt.mjs");
  const node = spawnSync(process.execPath, [launcher, "verify", link], { encoding: "utf8" });
  console.log(`tilt verify: ${node.stderr.trim().split("\n").at(-1)}`);
  const { verdict, metrics } = JSON.parse(node.stdout);
  expect(["bit-identical", "within tolerance"], JSON.stringify(metrics)).toContain(verdict);
  expect(node.status).toBe(0);
}, 180_000);

test("links that are cut, newer, hostile or too large are explained; nothing runs, nothing is fetched", async () => {
  const visit = await open("#v=4&train.lambda=2");
  const { page } = visit;
  await expect.poll(() => card(page)).toContain("Reload the page");
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  const cases: readonly (readonly [fragment: string, words: string])[] = [
    ["#z1=hVJNj5swEP0r0ZwtYmNj", "damaged"],
    ["#z9=AAAA", "z9"],
    ["#v=1&title=%3Cimg src=x onerror=alert(1)%3E&nothing=1", "nothing"],
    ["#v=1&data.source=url:javascript:alert(1)", "https"],
    ["#v=1&data.source=url:https://evil.example/x.jsonl", "data.sha256"],
    ["#v=1&__proto__.seed=3", "__proto__"],
    [`#v=1&title=${"x".repeat(130_000)}`, "characters long"],
    ["#v=1&train.steps=1e9", "train.steps"],
  ];
  for (const [fragment, words] of cases) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, fragment);
    await expect.poll(() => card(page)).toContain(words);
    await expect.poll(() => card(page)).toContain("Nothing was run, and nothing was downloaded.");
    await expect.poll(() => page.locator(".card img, .card script").count()).toBe(0);
  }
  expect(await visit.accessibilityProblems()).toEqual([]);

  // A good link to a stranger's server: told, not asked.
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#v=1&data.source=url:https://evil.example/x.jsonl&data.sha256=${HASH}`);
  await expect.poll(() => card(page)).toContain("evil.example");
  await expect.poll(() => card(page)).toContain("Download and run");
  expect(requests.filter((url) => /^https?:/.test(url) && new URL(url).hostname !== "localhost")).toEqual([]);

  // Nothing of all this made a run.
  await page.getByRole("button", { name: "Close" }).click();
  await ready(page);
  await page.keyboard.press("4");
  await expect.poll(() => page.locator("main").innerText()).toContain("No runs on this data yet");
});

test("a card asks for its file, refuses another, and a recipe file opens a card", async () => {
  const rows = Array.from({ length: 30 }, (_, i) =>
    JSON.stringify({ prompt: `Question ${i}?`, chosen: `Answer ${i}.`, rejected: `Reply ${i}, well.` }),
  ).join("\n");
  const sha256 = createHash("sha256").update(rows).digest("hex");
  const visit = await open(`#v=1&data.source=file:${sha256}&file=answers.jsonl&train.strategy=erm`);
  const { page } = visit;
  await expect.poll(() => card(page)).toContain("answers.jsonl");
  await visit.drop("main", [{ name: "other.jsonl", content: `${rows}\n` }]);
  await expect.poll(() => card(page)).toContain("This is not the file in the link");
  await visit.drop("main", [{ name: "answers.jsonl", content: rows }]);
  await expect.poll(() => card(page)).toContain("has the right fingerprint");
  await expect.poll(() => page.getByRole("button", { name: "Run", exact: true }).isEnabled()).toBe(true);

  const recipe = JSON.stringify({ tilt: "recipe", spec: { train: { lambda: 0.25 } }, title: "From a file" });
  await visit.drop("main", [{ name: "experiment.tilt.json", content: recipe }]);
  await expect.poll(() => card(page)).toContain("From a file");
  await expect.poll(() => card(page)).toContain("λ 0.25");
  await page.getByRole("button", { name: "Open in the workbench" }).click();
  await expect.poll(() => page.locator("tilt-scale .value").first().inputValue()).toBe("0.25");
  await expect.poll(() => page.locator(".runs tbody tr").count()).toBe(0);
});
