/**
 * A model from a hub, end to end: nothing is asked before somebody says so, the fetching is seen, cancelled, breaks off,
 * and succeeds. The hub is played by this test: it answers small files itself and sends on to another host for the weights.
 */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPage, type Visit } from "./harness.ts";
import { goTo, ready } from "./person.ts";

const FOLDER = resolve(import.meta.dirname, "../../public/models/english");
const FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"];
const file = (name: string): Buffer => readFileSync(resolve(FOLDER, name));
const WEIGHTS = file("model.safetensors");
const OPEN = { "access-control-allow-origin": "*" };

let visit: Visit;
let host: Server;
/** What becomes of the weights on their way: half of them and then nothing, half and then the end, all. */
let way: "stalls" | "breaks" | "whole" = "stalls";

beforeEach(async () => {
  host = createServer((_, response) => {
    response.writeHead(200, { ...OPEN, "content-length": WEIGHTS.length });
    if (way === "whole") response.end(WEIGHTS);
    else
      response.write(WEIGHTS.subarray(0, WEIGHTS.length / 2), () => {
        if (way === "breaks") response.destroy();
      });
  });
  await new Promise<void>((listening) => host.listen(0, "127.0.0.1", listening));
  visit = await openPage();
});
afterEach(async () => {
  await visit.close();
  host.close();
  host.closeAllConnections();
});

test("a hub's model is asked for by name, seen on its way, cancelled, cut off, kept, and nothing else is told", async () => {
  const { page } = visit;
  const asked: string[] = [];
  await page.context().route("https://huggingface.co/**", async (route) => {
    const { pathname } = new URL(route.request().url());
    const headers = await route.request().allHeaders();
    asked.push(pathname);
    expect([headers.cookie, headers.referer]).toEqual([undefined, undefined]);
    const name = pathname.split("/").at(-1)!;
    if (pathname === "/api/models/owner/small/tree/main") {
      const json = [...FILES, "README.md"].map((path) => ({
        type: "file",
        path,
        size: path === "README.md" ? 9 : file(path).length,
      }));
      return route.fulfill({ json, headers: OPEN });
    }
    if (!pathname.startsWith("/owner/small/resolve/main/"))
      return route.fulfill({ status: 404, headers: OPEN });
    if (name !== "model.safetensors") return route.fulfill({ body: file(name), headers: OPEN });
    const { port } = host.address() as AddressInfo;
    return route.fulfill({ status: 302, headers: { ...OPEN, location: `http://localhost:${port}/weights` } });
  });
  const dialog = async (): Promise<string> =>
    (await page.locator("dialog.models").innerText()).replace(/\s+/g, " ");
  const look = async (link: string): Promise<void> => {
    await page.locator("#hub").fill(link);
    await page.getByRole("button", { name: "Look" }).click();
    await expect.poll(dialog).toContain("Nothing was asked yet. Tilt would ask huggingface.co");
    await page.getByRole("button", { name: "Ask huggingface.co" }).click();
  };

  await ready(page);
  await goTo(page, "policy");
  await page.getByRole("button", { name: "bring a model, or save a trained one" }).click();
  await page.locator("#hub").fill("owner/small");
  await page.getByRole("button", { name: "Look" }).click();
  await expect.poll(dialog).toContain("Nothing was asked yet.");
  expect(asked).toEqual([]);
  await look("https://huggingface.co/owner/gone");
  await expect.poll(dialog).toContain("huggingface.co has no such file (HTTP 404).");
  await look("owner/small");
  await expect.poll(dialog).toMatch(/config\.json \d+ bytes .*model\.safetensors 2\.1 MB/);
  await expect.poll(() => dialog()).not.toContain("README");
  expect(asked.filter((path) => path.includes("/resolve/"))).toEqual([]);

  const download = page.getByRole("button", { name: /^Download 2\.\d MB and keep/ });
  await download.click();
  await expect
    .poll(dialog, { timeout: 30_000 })
    .toMatch(/Fetching model\.safetensors, [\d.]+ [kM]B of 2\.\d MB \([1-5]?\d %\)/);
  expect(await visit.accessibilityProblems()).toEqual([]);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect.poll(dialog).toContain("Fetching was cancelled.");

  way = "breaks";
  await download.click();
  await expect
    .poll(dialog, { timeout: 30_000 })
    .toMatch(/The connection to huggingface\.co broke off after \d+ bytes\./);
  await expect.poll(() => dialog()).toContain("None yet.");

  way = "whole";
  await download.click();
  await expect
    .poll(dialog, { timeout: 30_000 })
    .toMatch(/owner\/small huggingface\.co\/owner\/small .*in use/);
  expect(new Set(asked.map((path) => path.replace(/.*\//, "")))).toEqual(new Set(["main", ...FILES]));
});
