/** The made-up preference problem of the page's tests: its data, its ratio, what strategies make of a batch, an empty run. */
import { stream } from "../../../src/base/random.ts";
import type { Environment, RatioSummary, RunRecord, UnitInfo } from "../../../src/experiment/events.ts";
import type { Spec } from "../../../src/experiment/spec.ts";
import type { DatasetSummary } from "../../../src/worker/api.ts";
import { fakeClipping, fakeDetails } from "./fake_ratio.ts";

export const GROUPS = 240;
export const SOURCES = ["human", "parrot", "wit"];

export const CHATTER: DatasetSummary = {
  hash: "c".repeat(64),
  name: "Chatter",
  format: "chatter",
  builtin: true,
  sources: [
    { name: "human", responses: 144, meanWords: 9.4 },
    { name: "parrot", responses: 240, meanWords: 12.1 },
    { name: "wit", responses: 96, meanWords: 8.2 },
  ],
  target: 0,
  groups: GROUPS,
  pairs: GROUPS,
  responses: 2 * GROUPS,
  rowsRead: GROUPS,
  rowsLeftOut: 0,
  problems: [],
  problemsOmitted: 0,
  notes: ["Made by the built-in generator with its default settings."],
};

export function environment(change: Partial<Environment> = {}): Environment {
  return {
    backend: "webgpu",
    adapter: "SwiftShader",
    features: ["shader-f16"],
    engine: "tilt 0.1.0",
    agent: "Chromium",
    ...change,
  };
}

export interface World {
  readonly units: readonly (UnitInfo & { readonly hard: number })[];
  readonly logRatios: readonly (readonly number[])[];
}

export function makeWorld(): World {
  const random = stream(7, "fake");
  const units = Array.from({ length: GROUPS }, (_, i) => {
    const source = i % 10 < 3 ? 0 : i % 10 < 8 ? 1 : 2;
    const centre = [0.55, -0.7, -1.5][source]!;
    const logRatio = Math.min(1.2, centre + 0.45 * random.normal());
    return {
      group: String(i + 1),
      row: i + 1,
      responses: [0, 1],
      source,
      h: Math.exp(logRatio),
      hard: random.uniform(),
    };
  });
  const mean = units.reduce((sum, unit) => sum + unit.h, 0) / units.length;
  return {
    units: units.map((unit) => ({ ...unit, h: unit.h / mean })),
    logRatios: SOURCES.map((_, s) =>
      units.filter((unit) => unit.source === s).map((unit) => Math.log(unit.h)),
    ),
  };
}

export function summaryOf(world: World): RatioSummary {
  const low = -3.5;
  const high = 1.5;
  const histogram = (values: readonly number[]) => {
    const counts = new Array<number>(40).fill(0);
    for (const value of values) {
      const bin = Math.floor(((value - low) / (high - low)) * 40);
      counts[Math.min(39, Math.max(0, bin))]! += 1;
    }
    return { low, high, counts };
  };
  return {
    auc: 0.872,
    lengthOnlyAuc: 0.713,
    logLoss: 0.41,
    brier: 0.13,
    ece: 0.028,
    essFraction: 0.58,
    meanH: 1,
    bySource: SOURCES.map((source, s) => {
      const values = world.logRatios[s]!;
      const meanH = values.reduce((sum, value) => sum + Math.exp(value), 0) / values.length;
      return {
        source,
        responses: 2 * values.length,
        meanH,
        auc: s === 0 ? null : [0.83, 0.95][s - 1]!,
        logRatio: histogram(values),
      };
    }),
    reliability: Array.from({ length: 10 }, (_, i) => ({
      predicted: (i + 0.5) / 10,
      observed: Math.min(1, Math.max(0, (i + 0.5) / 10 + 0.04 * Math.sin(3 * i))),
      count: 20 + 8 * Math.abs(5 - i),
    })),
    correlation: 0.93,
    details: fakeDetails(SOURCES, [1.1, 2.6]),
    clipping: fakeClipping(world.units),
    warnings: [
      {
        what: "Length alone separates the sources well (AUC 0.71).",
        remedy: "Part of the ratio may be length, not style.",
      },
    ],
  };
}

/** Weights of a batch under a strategy, as multiples of the equal share. */
export function weigh(
  strategy: string,
  lambda: number,
  batch: readonly { h: number; loss: number }[],
): number[] {
  const raw = batch.map(({ h, loss }) => {
    if (strategy === "reweight") return h;
    if (strategy === "kl_dro") return Math.exp(loss / lambda);
    return strategy === "dora_inside" ? h * Math.exp((h * loss) / lambda) : 1;
  });
  const mean = raw.reduce((a, b) => a + b, 0) / raw.length;
  return raw.map((weight) => weight / mean);
}

/** A record of a run that did nothing yet. */
export function emptyRecord(spec: Spec): RunRecord {
  return {
    id: "",
    name: "",
    spec,
    specHash: "",
    datasetHash: CHATTER.hash,
    datasetName: "Chatter",
    environment: environment(),
    startedAt: new Date(Date.UTC(2026, 2, 4, 8)).toISOString(),
    seconds: {},
    outcome: "done",
    ratio: null,
    sft: [],
    train: [],
    evaluation: [],
    units: [],
    lastWeights: [],
    digest: "",
  };
}
