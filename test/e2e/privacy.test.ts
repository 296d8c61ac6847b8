/** Nothing leaves the tab by itself, and what a dataset says is never markup or code. */
import { createHash } from "node:crypto";
import { afterEach, expect, inject, test } from "vitest";
import { openTab, type Visit } from "./harness.ts";
import { goTo, ready, run, SMALL, set, tick } from "./person.ts";

let visit: Visit;
afterEach(() => visit.close());

const HOSTILE = [
  '<img src="https://tracker.example/a.png" onerror="window.pwned=1">',
  "<script>window.pwned=1</script>",
  '<svg onload="window.pwned=1"><style>@import "https://tracker.example/b.css"</style></svg>',
  '"><iframe src="https://tracker.example/"></iframe>{{constructor}}',
] as const;

const named = '{"prompt":"Why?","chosen":"Because.","rejected":"No."}';

/** A preference file whose every text is an attempt. */
const hostile = Array.from({ length: 80 }, (_, i) =>
  JSON.stringify({
    prompt: `${i} ${HOSTILE[i % 4]}`,
    chosen: `${HOSTILE[(i + 1) % 4]} ${i}`,
    rejected: `${i}, ${HOSTILE[(i + 2) % 4]}`,
  }),
).join("\n");

test("a session asks no other host for anything, until the reader names one", async () => {
  visit = await openTab();
  const { page } = visit;
  const hosts = new Set<string>();
  // Of the page and of its worker.
  page.context().on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol)) hosts.add(host);
  });
  await page.goto(inject("pageUrl"));
  const home = new URL(inject("pageUrl")).host;
  await expect.poll(() => page.locator(".deck .count b").innerText().then(Number)).toBeGreaterThan(3);
  for (const link of await page.locator("header nav a").all()) {
    await link.click();
    await expect.poll(() => page.locator("main").innerText()).not.toMatch(/^(Fetching this part|$)/);
  }
  await page.goto(`${inject("pageUrl")}#/workbench`);
  await ready(page);
  await visit.drop("main", [{ name: '<img src="//tracker.example/n">.jsonl', content: hostile }]);
  await page.locator("tilt-data-stage").waitFor();
  await page
    .getByRole("button", { name: /Preferred is human/ })
    .first()
    .click({ timeout: 20_000 });
  await expect.poll(() => page.locator(".rows tbody tr").count()).toBe(50);
  await page.locator(".rows tbody .q button").first().click();
  await page.locator("tilt-row-panel .resp").first().waitFor();
  await expect
    .poll(() => page.locator("main").innerText())
    .toContain('<img src="https://tracker.example/a.png"');
  await set(page, { ...SMALL, "sft.steps": 2, "train.steps": 2, "train.evalEvery": 2 });
  await tick(page, ["ERM"]);
  await run(page, 120_000);
  for (const stage of ["ratio", "policy", "results"] as const) {
    await goTo(page, stage);
    await expect
      .poll(() => page.locator("main img, main iframe, main script, main svg[onload]").count())
      .toBe(0);
  }
  expect(await page.evaluate(() => "pwned" in globalThis)).toBe(false);
  expect([...hosts]).toEqual([home]);
  expect(visit.problems).toEqual([]);

  // What a person names is asked for, by the worker; this is also how we know that the list above would have shown it.
  await page.route("https://data.example/**", (route) =>
    route.fulfill({
      contentType: "application/json",
      headers: { "access-control-allow-origin": "*" },
      body: named,
    }),
  );
  const asked = page.context().waitForEvent("request", (request) => request.url().includes("data.example"));
  const hash = createHash("sha256").update(named).digest("hex");
  await page.evaluate((link) => {
    location.hash = link;
  }, `#v=1&data.source=url:https://data.example/rows.jsonl&data.sha256=${hash}`);
  const go = page.getByRole("button", { name: "Download and run" });
  await go.waitFor();
  expect([...hosts]).toEqual([home]);
  await go.click();
  await asked;
  expect([...hosts].sort()).toEqual(["data.example", home].sort());
});

test("the policy of the page refuses inline code, markup from strings, and other hosts", async () => {
  visit = await openTab();
  const { page } = visit;
  await page.goto(`${inject("pageUrl")}#/workbench`);
  await page.locator("header nav").waitFor();
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  const tried = await page.evaluate(async () => {
    const refused: string[] = [];
    document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
    const attempt = (act: () => unknown): string => {
      try {
        act();
        return "done";
      } catch (thrown) {
        return (thrown as Error).name;
      }
    };
    const markup = attempt(() => {
      document.body.insertAdjacentHTML("beforeend", "<b>markup</b>");
    });
    const script = document.createElement("script");
    const text = attempt(() => {
      script.text = "window.pwned=1";
    });
    script.append("window.pwned=1");
    const inline = attempt(() => document.body.append(script));
    const worker = attempt(() => new Worker("https://tracker.example/w.js"));
    const elsewhere = await fetch("https://tracker.example/").then(
      () => "done",
      (thrown: Error) => thrown.name,
    );
    const image = new Image();
    image.src = "https://tracker.example/a.png";
    await new Promise((resolve) => setTimeout(resolve, 100));
    // Not sooner: what a test's driver calls directly may evaluate strings whatever the policy.
    const coded = attempt(() => new Function("return 1"));
    return { markup, text, inline, worker, coded, elsewhere, refused, ran: "pwned" in globalThis };
  });
  expect(tried).toMatchObject({ markup: "TypeError", text: "TypeError", elsewhere: "TypeError", ran: false });
  expect(tried.worker).not.toBe("done");
  expect(tried.coded).not.toBe("done");
  expect(tried.refused).toEqual(
    expect.arrayContaining(["require-trusted-types-for", "connect-src", "img-src"]),
  );
});
