/** What an embedded playground consists of, by the names that `hide=` in its address uses. */
import { CONTROL_IDS, type ControlId, controlOf } from "../../lessons/controls.ts";
import { labelOf } from "../lessons/control.ts";
import type { PlaygroundPart } from "../lessons/playground.ts";
import { nameOf } from "../names.ts";

/** Strategies that a playground shows unless hidden, besides the one that the experiment itself names. */
export const EMBED_STRATEGIES = ["erm", "reweight", "kl_dro", "dora_inside"] as const;
/** What a builder may add to them, as the experiment's own strategy. */
export const MORE_STRATEGIES = ["sharp", "drdpo", "iw_kl_dro", "iw_drdpo", "cvar", "group_dro"] as const;

export interface Part {
  /** Name in the address. */
  readonly id: string;
  readonly words: string;
}

type OwnPart = PlaygroundPart | "title" | "open";

const OWN: readonly { readonly id: OwnPart; readonly words: string }[] = [
  { id: "title", words: "Title" },
  { id: "play", words: "Play" },
  { id: "step", words: "One step" },
  { id: "reset", words: "Reset" },
  { id: "weights", words: "Tilt weights" },
  { id: "readings", words: "Readings" },
  { id: "timeline", words: "Curves over steps" },
  { id: "provenance", words: "What computes, how fast" },
  { id: "open", words: "Open in Tilt" },
];

export const STRATEGY_PARTS: readonly Part[] = EMBED_STRATEGIES.map((id) => ({ id, words: nameOf(id) }));
export const CONTROL_PARTS: readonly Part[] = CONTROL_IDS.map((id) => ({ id, words: labelOf(id) }));
export const FIGURE_PARTS: readonly Part[] = OWN;

/** Every name that `hide=` knows. */
export const PART_IDS: readonly string[] = [...STRATEGY_PARTS, ...CONTROL_PARTS, ...FIGURE_PARTS].map(
  ({ id }) => id,
);

/** Parts that a new embed hides. */
export const FIRST_HIDDEN: readonly string[] = [
  ...CONTROL_IDS.filter((id) => id !== "shift"),
  "timeline",
  "provenance",
];

/** Names as `hide=` gives them, of which settings may be given by their path too; unknown names hide nothing. */
export function hiddenParts(names: readonly string[]): ReadonlySet<string> {
  const paths = new Map<string, ControlId>(CONTROL_IDS.map((id) => [controlOf(id).path, id]));
  return new Set(names.map((name) => paths.get(name) ?? name));
}
