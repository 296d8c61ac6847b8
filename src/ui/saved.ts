/** What of the page's state outlives it: kept in this browser only. */
import { readSpec } from "../experiment/migrate.ts";
import { fieldAt } from "../experiment/spec.ts";
import { STAGE_IDS, type State } from "./state/state.ts";

const KEY = "tilt.page";

/** Writes whatever changed; storage that is full or forbidden is not worth an error. */
export function save(state: State): void {
  const { stage, strategies, dataset, spec, hidden, singleKeys } = state;
  try {
    localStorage.setItem(KEY, JSON.stringify({ stage, strategies, dataset, spec, hidden, singleKeys }));
  } catch {
    // The page then starts from its defaults next time.
  }
}

/** What was saved, as far as it still makes sense. */
export function restore(): Partial<State> {
  try {
    return sanitise(JSON.parse(localStorage.getItem(KEY) ?? "{}"));
  } catch {
    return {};
  }
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

/** @param told parsed JSON of any shape */
export function sanitise(told: unknown): Partial<State> {
  if (typeof told !== "object" || told === null) return {};
  const { stage, strategies, dataset, spec, hidden, singleKeys } = told as Record<string, unknown>;
  const all = fieldAt("train.strategy")?.choices ?? [];
  const known = texts(strategies).filter((id) => all.some(({ value }) => value === id));
  const good = STAGE_IDS.find((id) => id === stage);
  let read = {};
  try {
    read = spec ? { spec: readSpec(spec) } : {};
  } catch {
    // Settings that no version knows: start from the defaults.
  }
  return {
    ...read,
    ...(good && { stage: good }),
    ...(Array.isArray(strategies) && { strategies: known }),
    ...(typeof dataset === "string" && { dataset }),
    ...(singleKeys === false && { singleKeys }),
    hidden: texts(hidden),
  };
}
