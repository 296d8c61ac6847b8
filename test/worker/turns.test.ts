import { expect, it } from "vitest";
import { createTurns } from "../../src/worker/engine/turns.ts";

it("gives the engine to one at a time, in the order of asking, and says who has it", async () => {
  const turns = createTurns();
  const told: string[] = [];
  const first = await turns.take("a sweep", { onWanted: () => void told.push("wanted") });
  expect(turns.holder()).toBe("a sweep");
  const order: string[] = [];
  const ask = (who: string) =>
    turns.take(who, { waiting: (holder) => void told.push(`${who} waits for ${holder}`) }).then((release) => {
      order.push(who);
      return release;
    });
  const [second, third] = [ask("a run"), ask("another")];
  expect(told).toEqual(["a run waits for a sweep", "wanted", "another waits for a sweep", "wanted"]);
  first();
  (await second)();
  (await third)();
  expect(order).toEqual(["a run", "another"]);
  expect(turns.holder()).toBeNull();
});

it("lets go of those who give up waiting", async () => {
  const turns = createTurns();
  const first = await turns.take("one");
  const abort = new AbortController();
  const second = turns.take("two", { signal: abort.signal });
  abort.abort(new Error("stopped"));
  await expect(second).rejects.toThrow("stopped");
  first();
  first();
  expect(turns.holder()).toBeNull();
  (await turns.take("three"))();
});
