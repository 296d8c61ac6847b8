/** The harness itself, on a page of its own: a health check that sees nothing wrong must have been able to. */
import { existsSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTab, type Visit } from "./harness.ts";

let visit: Visit;
beforeEach(async () => {
  visit = await openTab();
  await visit.page.route("**/*", (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html>" }),
  );
  await visit.page.goto("http://localhost/");
});
afterEach(() => visit.close());

test("dropped files arrive with name and bytes, in a shadow root too", async () => {
  await visit.page.evaluate(() => {
    const host = document.body.appendChild(document.createElement("div"));
    const zone = host.attachShadow({ mode: "open" }).appendChild(document.createElement("p"));
    zone.className = "zone";
    zone.textContent = "drop here";
    zone.addEventListener("drop", async (event) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      const texts = await Promise.all(files.map(async (file) => `${file.name}=${file.size}`));
      zone.textContent = texts.join(" ");
    });
  });
  await visit.drop(".zone", [
    import.meta.filename,
    { name: "a.json", content: "[1]" },
    { name: "b", content: new Uint8Array(5) },
  ]);
  await expect
    .poll(() => visit.page.locator(".zone").textContent())
    .toMatch(/^harness\.test\.ts=\d{4} a\.json=3 b=5$/);
});

test("errors on the page are collected, and requests to other hosts", async () => {
  await visit.page.evaluate(() => {
    console.error("said so");
    setTimeout(() => {
      throw new Error("thrown late");
    });
    void fetch("https://example.org/");
  });
  await expect.poll(() => visit.problems.join("\n")).toMatch(/said so[\s\S]*thrown late/);
  expect(visit.problems.join("\n")).toContain("request to another host: https://example.org/");
});

test("a busy main thread is a long task", async () => {
  const before = await visit.now();
  await visit.page.evaluate(() => {
    setTimeout(() => {
      const end = performance.now() + 120;
      while (performance.now() < end);
    });
  });
  await expect.poll(async () => (await visit.longTasks(before)).length).toBeGreaterThan(0);
  const [task] = await visit.longTasks(before);
  expect(task!.duration).toBeGreaterThan(100);
  expect(await visit.longTasks((await visit.now()) + 1)).toEqual([]);
});

test("axe reports what it finds, and a screenshot is written", async () => {
  await visit.page.evaluate(() => document.body.appendChild(document.createElement("img")));
  expect((await visit.accessibilityProblems()).join("\n")).toContain("image-alt (critical)");
  expect(existsSync(await visit.screenshot("harness"))).toBe(true);
});
