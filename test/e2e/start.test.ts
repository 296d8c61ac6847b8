/** `npm start` as a person runs it: it prints an address, and the page opens there without an error. */
import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTab } from "./harness.ts";

const script = resolve(import.meta.dirname, "../../src/cli/start.mjs");
const port = 20_000 + (process.pid % 20_000);

/** Runs `npm start` until its output matches, or it ends. */
function start(args: string[], pattern: RegExp): Promise<{ child: ChildProcess; output: string }> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  return new Promise((settle) => {
    const read = (chunk: Buffer): void => {
      output += chunk;
      if (pattern.test(output)) settle({ child, output });
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("close", () => settle({ child, output }));
  });
}

const address = /http:\/\/localhost:\d+\//;
let serving: Awaited<ReturnType<typeof start>>;

beforeAll(async () => {
  serving = await start(["--port", String(port), "--no-open"], address);
});
afterAll(() => {
  serving.child.kill();
});

test("the address is printed, and the page opens there", async () => {
  expect(serving.output).toContain(`http://localhost:${port}/`);
  const visit = await openTab();
  await visit.page.goto(`http://localhost:${port}/`);
  await expect.poll(() => visit.page.locator("tilt-app").count()).toBe(1);
  await visit.page.waitForLoadState("networkidle");
  expect(visit.problems).toEqual([]);
  await visit.close();
});

test("a port that is taken is said so, with another to try", async () => {
  const second = await start(["--port", String(port), "--no-open"], /never printed/);
  expect(second.output).toContain(`Port ${port} is already in use`);
  expect(second.child.exitCode).toBe(1);
});

test("an unknown option shows how it is used", async () => {
  const wrong = await start(["--prot", "1"], /never printed/);
  expect(wrong.output).toContain("--prot");
  expect(wrong.output).toContain("npm start -- [--port N] [--no-open]");
  expect(wrong.child.exitCode).toBe(2);
});
