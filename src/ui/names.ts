/** How strategies and sources are named, lettered and coloured: always the same, everywhere. */
import { fieldAt } from "../experiment/spec.ts";
import type { DatasetSummary } from "../worker/api.ts";

interface StrategyWords {
  readonly name: string;
  /** Class that carries colour and dash. */
  readonly key: string;
  /** What it does to the weights, in one line. */
  readonly line: string;
}

const WORDS: Readonly<Record<string, StrategyWords>> = {
  erm: { name: "ERM", key: "erm", line: "Every group pulls equally." },
  reweight: { name: "Reweighting", key: "rew", line: "Human-like groups pull harder." },
  kl_dro: { name: "DRO", key: "dro", line: "Hard groups pull harder, whoever wrote them." },
  dora_inside: { name: "DoRA", key: "dora", line: "Hard and human-like groups pull hardest." },
  sharp: { name: "Sharp", key: "other", line: "Human-like groups pull hardest; losses are not seen." },
  drdpo: { name: "Dr.DPO", key: "other", line: "Easy groups pull harder, so wrong labels matter less." },
};

/** Short name of a strategy. */
export function nameOf(strategy: string): string {
  return (
    WORDS[strategy]?.name ??
    fieldAt("train.strategy")?.choices?.find((choice) => choice.value === strategy)?.label ??
    strategy
  );
}

/** Name of a strategy where there is little room. */
export function shortNameOf(strategy: string): string {
  return strategy === "reweight" ? "Rew." : nameOf(strategy);
}

/** Class of a strategy's marks; "other" is grey and told by its label. */
export function keyOf(strategy: string): string {
  return WORDS[strategy]?.key ?? "other";
}

export function lineOf(strategy: string): string {
  return WORDS[strategy]?.line ?? "";
}

/** A source as marks show it. */
export interface SourceLook {
  readonly name: string;
  /** H for the target, A, B, … for the synthetic ones; "?" when unknown. */
  readonly letter: string;
  /** Class that carries its colour: h, a, b, c, d, or o for those without. */
  readonly key: string;
}

const UNKNOWN: SourceLook = { name: "unknown", letter: "?", key: "o" };

/** Looks of a dataset's sources by index. The target comes first in `order`, which also fixes the blocks of the strip. */
export function sourceLooks(dataset: Pick<DatasetSummary, "sources" | "target">): {
  readonly at: (source: number) => SourceLook;
  readonly order: readonly number[];
} {
  const { sources, target } = dataset;
  const synthetic = sources.map((_, i) => i).filter((i) => i !== target);
  const looks = new Map<number, SourceLook>();
  if (target >= 0) looks.set(target, { name: sources[target]!.name, letter: "H", key: "h" });
  synthetic.forEach((source, i) => {
    const letter = i < 26 ? String.fromCharCode(65 + (i >= 7 ? i + 1 : i)) : "…";
    looks.set(source, { name: sources[source]!.name, letter, key: "abcd"[i] ?? "o" });
  });
  return {
    at: (source) => looks.get(source) ?? UNKNOWN,
    order: [...(target >= 0 ? [target] : []), ...synthetic],
  };
}
