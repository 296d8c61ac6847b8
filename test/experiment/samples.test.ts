/** Samples of a policy in training: what they are, and that the run does not notice. */
import { expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { createControl } from "../../src/experiment/control.ts";
import { createDoors } from "../../src/experiment/doors.ts";
import type { TrainedWeights } from "../../src/experiment/job.ts";
import type { SampleEvent, SampleRequest } from "../../src/experiment/sample_types.ts";
import { sampleFinished, takeSamples } from "../../src/experiment/samples.ts";
import { builtinDataset } from "../../src/experiment/source.ts";
import { labOn, tinySpec } from "./tiny.ts";

const REQUEST: SampleRequest = {
  seed: 5,
  temperature: 1,
  topK: 0,
  topP: 1,
  prompts: 2,
  skip: 0,
  measured: 4,
};
const NEVER = new AbortController().signal;

/** A run of four steps; `visits` are made before the first step and after each. */
async function run(lora: number, visits: boolean) {
  const backend = createCpuBackend();
  const doors = createDoors();
  const spec = tinySpec({ "train.loraRank": lora, "train.lr": 0.05 });
  const dataset = builtinDataset(spec)!;
  const seen: SampleEvent[][] = [];
  const visiting: Promise<unknown>[] = [];
  let weights: TrainedWeights | undefined;
  const visit = (): void => {
    if (!visits) return;
    const events: SampleEvent[] = [];
    seen.push(events);
    visiting.push(
      doors.visit((trainee, leave) =>
        takeSamples(backend, { ...trainee, step: trainee.step() }, REQUEST, leave, (event) =>
          events.push(event),
        ),
      ),
    );
  };
  const record = await labOn(backend).run({
    spec,
    dataset,
    control: createControl(),
    training: {
      ...doors.training,
      begin(trainee) {
        doors.training.begin(trainee);
        visit();
      },
    },
    keepTrained: async (kept) => {
      weights = kept;
    },
    emit: (event) => {
      if (event.kind === "train" && event.record.step < 3) visit();
    },
  });
  await Promise.all(visiting);
  return {
    backend,
    spec,
    dataset,
    record,
    seen: seen.filter((events) => events.length > 0),
    weights: weights!,
  };
}

const texts = (events: readonly SampleEvent[], who: "policy" | "reference"): string[] => {
  const last: string[] = [];
  for (const event of events)
    if (event.kind === "text" && event.who === who) last[event.at] = `${event.text} ${event.state}`;
  return last;
};
const klOf = (events: readonly SampleEvent[]) => events.find((event) => event.kind === "divergence")!;

it.each([0, 2])(
  "a run with samples between its steps has the digest of one without (LoRA rank %i)",
  async (lora) => {
    const plain = await run(lora, false);
    const { backend, spec, dataset, record, seen, weights } = await run(lora, true);
    expect(record.outcome).toBe("done");
    expect(record.digest).toBe(plain.record.digest);
    expect(record.train).toEqual(plain.record.train);

    // The first visit is before any step: policy and reference are one, draw for draw.
    expect(seen.length).toBeGreaterThanOrEqual(2);
    const [first, ...others] = seen as [SampleEvent[], ...SampleEvent[][]];
    expect(first[0]).toMatchObject({ kind: "prompts", step: 0 });
    expect(texts(first, "policy")).toEqual(texts(first, "reference"));
    expect(texts(first, "policy").every((text) => / (end|cut)$/.test(text))).toBe(true);
    expect(klOf(first)).toMatchObject({ step: 0, answers: 4 });
    expect(Math.abs(klOf(first).kl)).toBeLessThan(1e-4);
    // Later the policy has moved; the reference has not, and still answers the same.
    const later = others.at(-1)!;
    expect(texts(later, "reference")).toEqual(texts(first, "reference"));
    expect(Math.abs(klOf(later).kl)).toBeGreaterThan(1e-4);
    // A text grows: each event holds all of it so far.
    const grown = later.filter((event) => event.kind === "text" && event.who === "policy" && event.at === 0);
    expect(grown.length).toBeGreaterThan(2);

    // A finished policy is opened again: its reference is the same one.
    const after: SampleEvent[] = [];
    await sampleFinished(backend, { spec, dataset, weights }, REQUEST, NEVER, (event) => after.push(event));
    expect(texts(after, "reference")).toEqual(texts(first, "reference"));
    expect(after[0]).toMatchObject({ kind: "prompts", step: 4 });
    // Greedy answers do not depend on the seed, and only those who leave in time see nothing.
    const greedy = async (seed: number): Promise<string[]> => {
      const events: SampleEvent[] = [];
      const request = { ...REQUEST, seed, temperature: 0, measured: 0 };
      await sampleFinished(backend, { spec, dataset, weights }, request, NEVER, (event) =>
        events.push(event),
      );
      return texts(events, "policy");
    };
    expect(await greedy(1)).toEqual(await greedy(2));
    const stop = new AbortController();
    const cut: SampleEvent[] = [];
    await sampleFinished(backend, { spec, dataset, weights }, REQUEST, stop.signal, (event) => {
      cut.push(event);
      if (event.kind === "text") stop.abort();
    });
    expect(cut.some((event) => event.kind === "divergence")).toBe(false);
    expect(cut.filter((event) => event.kind === "text").length).toBeLessThan(6);
  },
);

it("a visit ends with the training, and after it nobody is at home", async () => {
  const doors = createDoors();
  const { training } = doors;
  expect(await doors.visit(async () => 1)).toBeUndefined();
  training.begin({ step: () => 0 } as Parameters<typeof training.begin>[0]);
  await training.enter();
  const told: string[] = [];
  const inside = doors.visit(
    (_, leave) =>
      new Promise<string>((resolve) => {
        told.push("in");
        leave.addEventListener("abort", () => resolve("left"));
      }),
  );
  const late = doors.visit(async () => "late");
  expect(told).toEqual([]);
  training.leave();
  await Promise.resolve().then(() => {});
  await training.end();
  expect(await inside).toBe("left");
  expect(told).toEqual(["in"]);
  expect(await late).toBeUndefined();
});
