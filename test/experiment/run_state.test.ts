/** A run that breaks off and is gone on with elsewhere gives what it would have given in one go. */
import { expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { createControl } from "../../src/experiment/control.ts";
import type { RunEvent, RunRecord } from "../../src/experiment/events.ts";
import type { RunState } from "../../src/experiment/run_state.ts";
import { builtinDataset } from "../../src/experiment/source.ts";
import type { Spec } from "../../src/experiment/spec.ts";
import { labOn, runTiny, tinySpec } from "./tiny.ts";

/** Runs until the state of a step is kept, and leaves the rest. */
async function brokenOff(spec: Spec, at: number): Promise<{ state: RunState; record: RunRecord }> {
  const control = createControl();
  const kept: RunState[] = [];
  const record = await labOn(createCpuBackend()).run({
    spec,
    dataset: builtinDataset(spec)!,
    control,
    emit: () => {},
    checkpoints: {
      due: (step) => step === at,
      async keep(state) {
        // As storage would give it back.
        kept.push(structuredClone(state));
        control.stop();
      },
    },
  });
  return { state: kept[0]!, record };
}

function goOn(spec: Spec, from: RunState, emit: (event: RunEvent) => void = () => {}): Promise<RunRecord> {
  return labOn(createCpuBackend()).run({
    spec,
    dataset: builtinDataset(spec)!,
    control: createControl(),
    emit,
    checkpoints: { from, due: () => false, keep: async () => {} },
  });
}

it.each([
  ["DoRA", {}],
  ["group DRO", { "train.strategy": "group_dro" }],
  ["a running normaliser that learns λ", { "train.estimator": "running", "train.lambdaBudget": 0.1 }],
  ["STORM", { "train.estimator": "storm", "train.strategy": "kl_dro" }],
  ["KTO", { "train.loss": "kto", "train.strategy": "erm" }],
  ["adapters in micro-batches", { "train.loraRank": 2, "train.microBatches": 2 }],
])("goes on under %s with the same bits", async (_, changes) => {
  const spec = tinySpec(changes);
  const whole = await runTiny(labOn(createCpuBackend()), spec);
  expect(whole.problem).toBeUndefined();
  const { state, record } = await brokenOff(spec, 3);
  expect(record).toMatchObject({ outcome: "stopped", id: state.id });
  expect(record.train).toHaveLength(3);
  const events: RunEvent[] = [];
  const rest = await goOn(spec, state, (event) => events.push(event));
  expect(rest.problem).toBeUndefined();
  expect(rest).toMatchObject({ id: state.id, startedAt: state.startedAt, outcome: "done" });
  expect(rest.train).toEqual(whole.train);
  expect(rest.evaluation).toEqual(whole.evaluation);
  expect(rest.lastWeights).toEqual(whole.lastWeights);
  expect(rest.digest).toBe(whole.digest);
  // The page hears of the steps before as well.
  expect(events.flatMap((event) => (event.kind === "train" ? [event.record.step] : []))).toEqual([
    1, 2, 3, 4,
  ]);
});

it("goes on within the reference with the same bits", async () => {
  const spec = tinySpec();
  const whole = await runTiny(labOn(createCpuBackend()), spec);
  const control = createControl();
  let kept: RunState | undefined;
  const broken = await labOn(createCpuBackend()).run({
    spec,
    dataset: builtinDataset(spec)!,
    control,
    emit: () => {},
    checkpoints: {
      due: () => false,
      referenceDue: (step) => step === 2,
      async keep(state) {
        kept = structuredClone(state);
        control.stop();
      },
    },
  });
  expect(broken).toMatchObject({ outcome: "stopped", train: [] });
  expect(kept).toMatchObject({ step: 0, sft: { step: 2 } });
  const events: RunEvent[] = [];
  const rest = await goOn(spec, kept!, (event) => events.push(event));
  expect(rest.problem).toBeUndefined();
  expect(rest.sft).toEqual(whole.sft);
  expect(rest.digest).toBe(whole.digest);
  expect(rest.id).toBe(broken.id);
  expect(events.flatMap((event) => (event.kind === "sft" ? [event.record.step] : []))).toEqual([1, 2, 3, 4]);
  await expect(goOn(spec, { ...kept!, version: 1 })).rejects.toThrow(/another version/);
});

it("keeps the state before the first step, so that fine-tuning is not done again", async () => {
  const spec = tinySpec();
  const { state } = await brokenOff(spec, 0);
  expect(state).toMatchObject({ step: 0, train: [] });
  const notes: string[] = [];
  const rest = await goOn(spec, state, (event) => {
    if (event.kind === "stage" && event.stage === "sft") notes.push(event.note);
  });
  expect(notes).toHaveLength(1);
  expect(rest.digest).toBe((await runTiny(labOn(createCpuBackend()), spec)).digest);
});

it("refuses a state of other settings", async () => {
  const { state } = await brokenOff(tinySpec(), 2);
  await expect(goOn(tinySpec({ "train.lr": 0.02 }), state)).rejects.toThrow(/another experiment/);
  await expect(goOn(tinySpec(), { ...state, version: 0 })).rejects.toThrow(/another version/);
});

it("runs a stage by itself, and remembers what it found", async () => {
  const spec = tinySpec();
  const lab = labOn(createCpuBackend());
  const alone = async (only: "data" | "ratio" | "sft") => {
    const events: RunEvent[] = [];
    const dataset = builtinDataset(spec)!;
    const record = await lab.run({
      spec,
      dataset,
      control: createControl(),
      only,
      emit: (event) => events.push(event),
    });
    expect(record.problem).toBeUndefined();
    expect(record.train).toEqual([]);
    return { record, kinds: new Set(events.map((event) => event.kind)), events };
  };
  const data = await alone("data");
  expect([...data.kinds]).toEqual(["stage", "prepared"]);
  const prepared = data.events.find((event) => event.kind === "prepared")!;
  expect(prepared).toMatchObject({ summary: { train: 51, heldOut: 9, units: 51 } });
  const sft = await alone("sft");
  expect(sft.record.ratio).toBeNull();
  expect(sft.record.sft).toHaveLength(4);
  const ratio = await alone("ratio");
  expect(ratio.record.ratio!.auc).toBeGreaterThan(0.5);
  expect(ratio.record.units).toHaveLength(51);
  const stages = new Map<string, number>();
  const whole = await runTiny(lab, spec, (event) => {
    if (event.kind === "stage") stages.set(event.stage, (stages.get(event.stage) ?? 0) + 1);
  });
  // One word each: both were remembered.
  expect([stages.get("ratio"), stages.get("sft")]).toEqual([1, 1]);
  expect(whole.digest).toBe((await runTiny(labOn(createCpuBackend()), spec)).digest);
});
