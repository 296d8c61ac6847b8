/** How samples are drawn, as the reader set it: kept in this browser. */
import type { SampleRequest } from "../../worker/api.ts";

export interface SampleChoices extends Omit<SampleRequest, "measured"> {
  /** Steps of training between two samples by themselves; 0 for on demand only. */
  readonly every: number;
}

/** A setting of samples as a field shows it. */
export interface SampleField {
  readonly id: "temperature" | "topK" | "topP" | "seed" | "prompts" | "every";
  readonly label: string;
  readonly unit: string;
  readonly help: string;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

export const FIELDS: readonly SampleField[] = [
  {
    id: "temperature",
    label: "Temperature",
    unit: "",
    help: "1 draws as the model says; 0 takes the most likely token each time.",
    min: 0,
    max: 5,
    whole: false,
  },
  {
    id: "topK",
    label: "Top k",
    unit: "tokens",
    help: "Draws among so many most likely tokens; 0 among all.",
    min: 0,
    max: 100_000,
    whole: true,
  },
  {
    id: "topP",
    label: "Top p",
    unit: "",
    help: "Draws among the most likely tokens up to this probability; 1 among all.",
    min: 0.01,
    max: 1,
    whole: false,
  },
  {
    id: "seed",
    label: "Seed",
    unit: "",
    help: "The same seed gives policy and reference the same draws.",
    min: 0,
    max: 4_294_967_295,
    whole: true,
  },
  {
    id: "prompts",
    label: "Prompts",
    unit: "at once",
    help: "Held-out prompts that are answered.",
    min: 1,
    max: 8,
    whole: true,
  },
  {
    id: "every",
    label: "By itself every",
    unit: "steps",
    help: "While a policy trains and this page is in sight; 0 for on demand only. Training waits meanwhile.",
    min: 0,
    max: 100_000,
    whole: true,
  },
];

export const DEFAULTS: SampleChoices = {
  temperature: 1,
  topK: 0,
  topP: 1,
  seed: 0,
  prompts: 2,
  every: 100,
  skip: 0,
};

/** Answers from which the divergence is estimated. */
export const MEASURED = 16;

const KEY = "tilt.samples";

/** The number that was typed, or null when the field does not take it. */
export function parseField({ min, max, whole }: SampleField, text: string): number | null {
  const value = Number(text.trim().replace(",", "."));
  if (text.trim() === "" || !Number.isFinite(value) || value < min || value > max) return null;
  return whole && !Number.isInteger(value) ? null : value;
}

/** @param told parsed JSON of any shape */
export function sanitiseSamples(told: unknown): SampleChoices {
  if (typeof told !== "object" || told === null) return DEFAULTS;
  const values = told as Record<string, unknown>;
  const read = FIELDS.flatMap((field) => {
    const value = typeof values[field.id] === "number" ? parseField(field, String(values[field.id])) : null;
    return value === null ? [] : [[field.id, value] as const];
  });
  return { ...DEFAULTS, ...Object.fromEntries(read) };
}

export function keptSamples(): SampleChoices {
  try {
    return sanitiseSamples(JSON.parse(localStorage.getItem(KEY) ?? "null"));
  } catch {
    return DEFAULTS;
  }
}

export function keepSamples(choices: SampleChoices): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(choices));
  } catch {
    // Forbidden storage: the choice then lasts as long as the page.
  }
}

/** Whether a policy that has come to `step` is due for samples, when the last were taken at `last` (null: never). */
export function isDue(step: number, last: number | null, every: number): boolean {
  return every > 0 && Math.floor(step / every) > Math.floor((last ?? 0) / every);
}
