/** The built folder on a plain host, under a sub-path: installable, whole without a network, renewed when asked. */
import { afterEach, expect, inject, test } from "vitest";
import { type PlainServer, servePlainly } from "../setup/plain-server.ts";
import { openTab, type Visit } from "./harness.ts";
import { goTo, ready, run, SMALL, set, tick } from "./person.ts";

const PATH = "/somebody/pages/tilt/";
let visit: Visit;
let host: PlainServer | undefined;
afterEach(async () => {
  await visit.close();
  await host?.close();
});

/** A later build: another page, which its service worker knows by another revision. */
const later = (file: string, text: string): string =>
  file === "index.html"
    ? text.replace("<title>Tilt</title>", "<title>Tilt</title><meta name=build content=later>")
    : file === "sw.js"
      ? text.replace(/(url:"index\.html",revision:")[^"]+/, "$1later")
      : text;

test("after one visit the page runs without a network, and a newer one waits to be asked for", async () => {
  host = await servePlainly(inject("buildFolder"), PATH);
  const { port } = new URL(host.url);
  visit = await openTab({ serviceWorkers: "allow" });
  const { page } = visit;
  await page.goto(`${host.url}#/workbench`);
  await ready(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  expect(await page.evaluate(async () => (await fetch("./models/chatter/config.json")).status)).toBe(200);

  const session = await page.context().newCDPSession(page);
  const manifest = await session.send("Page.getAppManifest");
  expect(manifest.errors).toEqual([]);
  expect(JSON.parse(manifest.data!)).toMatchObject({ name: /^Tilt/, display: "standalone", start_url: "./" });
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // Every context of a test is a private window.
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(["in-incognito"]);
  expect(visit.problems).toEqual([]);

  // No network in the browser, and no host at the other end of it.
  await page.context().setOffline(true);
  await host.close();
  const notice = page.locator("tilt-notices");
  await expect.poll(() => notice.innerText()).toContain("Offline. Everything you opened before still works.");
  await page.reload();
  await ready(page);
  // The emulation forgets to tell a page that it loads while it is on; the host is gone either way.
  await notice.waitFor({ state: "attached" });
  await page.context().setOffline(false);
  await page.context().setOffline(true);
  await expect.poll(() => notice.innerText()).toContain("Offline.");
  await visit.screenshot("offline", { fullPage: false });
  expect(await visit.accessibilityProblems()).toEqual([]);
  await notice.getByRole("button", { name: "Hide" }).click();
  await set(page, { ...SMALL, "sft.steps": 4, "train.steps": 4, "train.evalEvery": 2, "data.groups": 80 });
  await tick(page, ["DoRA"]);
  await run(page, 120_000);
  await goTo(page, "results");
  await expect.poll(() => page.locator(".runs tbody tr").count()).toBe(1);
  for (const link of await page.locator("header nav a").all()) {
    await link.click();
    await expect.poll(() => page.locator("main").innerText()).not.toMatch(/^(Fetching this part|$)/);
  }
  const models = (file: string) =>
    page.evaluate(async (path) => (await fetch(path).catch(() => null))?.status ?? 0, `./models/${file}`);
  await expect.poll(() => models("chatter/config.json")).toBe(200);
  await expect.poll(() => models("english/config.json")).toBe(0);

  host = await servePlainly(inject("buildFolder"), PATH, Number(port), later);
  await page.context().setOffline(false);
  const build = () => page.locator("meta[name=build]").count();
  await page.reload();
  await expect.poll(() => build()).toBe(0);
  await expect.poll(() => notice.innerText(), { timeout: 60_000 }).toContain("A new version is ready.");
  await visit.screenshot("renewal", { fullPage: false });
  expect(await visit.accessibilityProblems()).toEqual([]);
  await notice.getByRole("button", { name: "Reload" }).click();
  await expect.poll(build).toBe(1);
  await page.locator("header nav").waitFor();
  await expect.poll(() => notice.innerText().catch(() => "")).toBe("");
});
