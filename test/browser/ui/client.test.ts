/** The page's side of the worker, against a worker that dies on demand. */
import { afterEach, expect, test } from "vitest";
import { TiltError } from "../../../src/base/errors.ts";
import { connectEngine, type EngineClient } from "../../../src/worker/client.ts";

let client: EngineClient;
let started = 0;

function connect(): EngineClient {
  started = 0;
  client = connectEngine(() => {
    started++;
    return new Worker(new URL("./dying_worker.ts", import.meta.url), { type: "module" });
  });
  return client;
}

afterEach(() => client.close());

test("callbacks reach the page, problems keep their place and remedy", async () => {
  const { engine } = connect();
  const heard: unknown[] = [];
  await engine.importFiles([], (progress) => heard.push(progress));
  expect(heard).toEqual([{ rows: 3 }]);
  const thrown = await engine.deleteDataset("abc").catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(TiltError);
  expect(thrown).toMatchObject({ what: "It is not here.", where: "abc", remedy: "Drop it again." });
});

test("when the worker dies, calls in flight are rejected in words, and the next one reaches a new worker", async () => {
  const { engine, onCrash } = connect();
  const told: TiltError[] = [];
  onCrash((problem) => told.push(problem));
  expect(await engine.datasets()).toEqual([]);
  await expect(engine.stop()).rejects.toThrow("out of everything");
  expect(told.map((problem) => problem.remedy)).toEqual([
    "What was stored is safe. Run again, or reload the page.",
  ]);
  expect(await engine.datasets()).toEqual([]);
  expect(started).toBe(2);
});

test("a worker that only dies is not started for ever", async () => {
  const { engine } = connect();
  for (let i = 0; i < 4; i++) await expect(engine.stop()).rejects.toThrow(TiltError);
  expect(started).toBe(3);
});
