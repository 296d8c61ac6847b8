/** Data in, on the made-up engine: the mapper, the reading, the report, addresses and the storage, accessible and to be used. */
import { afterEach, expect, test, vi } from "vitest";
import { page as browserPage, userEvent } from "vitest/browser";
import "../../../src/ui/style/main.css";
import "../../../src/ui/app.ts";
import type { App } from "../../../src/ui/engine/app.ts";
import type { ImportOutcome, Reading } from "../../../src/worker/api.ts";
import { CHATTER } from "./fake_world.ts";
import { openedPage, type Page, violations } from "./opened.ts";

let page: Page;
const words = () => page.textContent?.replace(/\s+/g, " ") ?? "";
const reading: Reading = {
  label: "DoRA list",
  roles: {
    prompt: ["query"],
    responses: ["responses"],
    scores: ["scores"],
    sources: [],
    weights: ["probs", "weight"],
  },
  choices: {},
  examples: [
    {
      row: 1,
      prompt: "Why <b>rain</b>?",
      responses: [
        { text: "Because.", source: "human", score: 2, wins: 1 },
        { text: "As an AI …", source: "wit", score: 1, wins: 0 },
      ],
    },
  ],
  files: [
    {
      name: "a.jsonl.gz",
      size: 12_000,
      hash: "0".repeat(64),
      container: "jsonl",
      gzipped: true,
      format: "dora",
      rowsRead: 240,
    },
  ],
  counts: {
    rowsRead: 240,
    rowsKept: 238,
    rowsLeftOut: 2,
    rowsRepaired: 0,
    groups: 238,
    responses: 476,
    pairs: 238,
    ties: 0,
    unpaired: 0,
  },
  origin: null,
};
const problems = [5, 9, 11, 40, 41].map((line) => ({
  file: "a.jsonl.gz",
  line,
  what: `This is not valid JSON at character ${line}.`,
  excerpt: `{"query": ${line}`,
  effect: "left-out" as const,
}));
const good: ImportOutcome = {
  ok: true,
  dataset: {
    ...CHATTER,
    hash: "e".repeat(64),
    name: "a",
    format: "dora",
    builtin: false,
    rowsLeftOut: 5,
    problems,
    reading,
  },
};
const unknown: ImportOutcome = {
  ok: false,
  problem: { what: "Nothing was imported. These columns are of no known format: `question`.", where: "odd" },
  problems: [],
};

async function open(importOutcome: () => ImportOutcome): Promise<App> {
  const opened = await openedPage({ stepMs: 0, importMs: 10, importOutcome }, "data");
  page = opened.page;
  return opened.app;
}
afterEach(() => page.remove());
const drop = (app: App, name: string) => app.importFiles([new File(["{}"], name)]);

test("an unknown shape opens the mapper, which shows rows as they would be read, and reads", async () => {
  let outcome: ImportOutcome = unknown;
  const app = await open(() => outcome);
  await drop(app, "odd.jsonl");
  // The mapper's code is fetched when it is first needed.
  await expect.poll(() => page.querySelectorAll("tilt-mapper .examples > li").length).toBe(3);
  expect(words()).toContain("How is odd.jsonl to be read?");
  expect(words()).toContain("no known format");
  expect(await violations(page)).toEqual([]);
  await userEvent.selectOptions(page.querySelector("#column-rejected")!, "");
  await expect
    .poll(() => page.querySelector<HTMLButtonElement>("tilt-mapper .btn.main")!.disabled)
    .toBe(true);
  expect(words()).toContain("Name the column with the other response.");
  await userEvent.selectOptions(page.querySelector("#column-rejected")!, "bad");
  await userEvent.click(page.querySelector('input[name="rule"][value="text"]')!);
  expect(words()).toContain("Say what the responses contain.");
  await userEvent.fill(page.querySelector("#rule-text")!, "yes");
  await userEvent.click(page.querySelector('input[name="template"][value="chatml"]')!);
  expect(await violations(page)).toEqual([]);
  outcome = good;
  await expect
    .poll(() => page.querySelector<HTMLButtonElement>("tilt-mapper .btn.main")!.disabled)
    .toBe(false);
  await userEvent.click(page.querySelector("tilt-mapper .btn.main")!);
  await expect.poll(() => page.querySelector("tilt-mapper")).toBeNull();
  expect(app.store.get().dataset).toBe("e".repeat(64));
});

test("a reading is told in words with its rows; what is wrong by reason; weights of the file can be used", async () => {
  const app = await open(() => good);
  await drop(app, "a.jsonl.gz");
  await expect.poll(() => page.querySelector("tilt-how-read .examples li")).not.toBeNull();
  await expect.poll(() => page.querySelector("tilt-import-report .left-out li")).not.toBeNull();
  expect(words()).toContain(
    "Read as DoRA list: prompt query, response responses, scores scores, weights probs and weight.",
  );
  expect(words()).toContain("Why <b>rain</b>?");
  expect(page.querySelectorAll("tilt-import-report .left-out > li").length).toBe(1);
  expect(words()).toContain("5 times");
  expect(words()).not.toContain("line 41");
  await browserPage.getByRole("button", { name: "Show 2 more rows like this" }).click();
  expect(words()).toContain("a.jsonl.gz, line 41");
  await browserPage.getByRole("button", { name: "Use its weights as they are" }).click();
  expect(app.store.get().spec.ratio.source).toBe("weight");
  expect(await violations(page)).toEqual([]);
});

test("the browser is asked to keep what is stored once there is something to keep, and a refused file says why once", async () => {
  const asked = vi.spyOn(navigator.storage, "persist").mockResolvedValue(true);
  const what = "This is not valid JSON.";
  const lost: ImportOutcome = {
    ok: false,
    problem: { what: `Nothing was imported. ${what}`, where: "odd" },
    problems: [{ file: "odd.jsonl", line: 3, what, effect: "left-out" }],
  };
  let outcome: ImportOutcome = lost;
  const app = await open(() => outcome);
  await app.importFiles([new File(["{}"], "odd.jsonl")]);
  app.closeMapper();
  app.store.dispatch({ type: "import-failed", failure: lost });
  await expect.poll(() => page.querySelector("tilt-import-report .left-out li")).not.toBeNull();
  expect(words().split(what)).toHaveLength(2);
  expect(words()).toContain("Nothing was imported.");
  expect(words()).toContain("odd.jsonl, line 3");
  expect(asked).not.toHaveBeenCalled();
  outcome = good;
  for (const name of ["a.jsonl", "b.jsonl"]) await drop(app, name);
  await expect.poll(() => app.store.get().dataset).toBe("e".repeat(64));
  expect(asked).toHaveBeenCalledTimes(1);
  asked.mockRestore();
});

test("a pasted link is asked about before anything is fetched", async () => {
  const app = await open(() => good);
  const paste = new ClipboardEvent("paste", {
    clipboardData: new DataTransfer(),
    bubbles: true,
    cancelable: true,
  });
  paste.clipboardData!.setData("text/plain", "https://hub.example/data/blob/main/train.parquet");
  window.dispatchEvent(paste);
  await expect.poll(() => page.querySelector("dialog.address dl")).not.toBeNull();
  expect(words()).toContain("hub.example");
  expect(words()).toContain("https://hub.example/data/resolve/main/train.parquet");
  expect(words()).toContain("not asked yet");
  expect(await violations(page)).toEqual([]);
  await browserPage.getByRole("button", { name: "Ask for the size first" }).click();
  await browserPage.getByRole("button", { name: "Download 12.4 MB and read" }).click();
  await expect.poll(() => app.store.get().dataset).toBe("e".repeat(64));
  expect(page.querySelector("dialog.address")).toBeNull();
});

test("the storage lists what is kept; a deletion can be taken back there", async () => {
  const app = await open(() => good);
  await app.run();
  app.openStorage();
  const rows = () => page.querySelectorAll("dialog.storage .kept li").length;
  await expect.poll(rows).toBe(4);
  expect(await violations(page)).toEqual([]);
  await userEvent.click(page.querySelector("dialog.storage .kept .link")!);
  await expect.poll(rows).toBe(3);
  await userEvent.click(page.querySelector("dialog.storage .undo .btn")!);
  await expect.poll(rows).toBe(4);
});
