/**
 * What judged answers say: wins, ties and losses with Wilson intervals, and paired differences of rewards. A difference
 * is called one only if its own interval leaves out zero. Pure.
 */
import { outcome } from "../../base/outcome.ts";
import { type Interval, interval, isClear, mean, wilson } from "../../base/statistics.ts";
import type { JudgedAnswer, JudgedItem } from "../../experiment/judge_types.ts";

/** The answers of one setting: by seed, what each run wrote. */
export interface Answers {
  readonly key: string;
  readonly label: string;
  readonly bySeed: ReadonlyMap<number, readonly JudgedItem[]>;
  /** Answers that there will be, over all seeds. */
  readonly of: number;
}

export interface Tally {
  readonly win: number;
  readonly tie: number;
  readonly lose: number;
  /** Answers compared, and those that there will be. */
  readonly n: number;
  readonly of: number;
  /** 95 % Wilson interval of the share of wins. */
  readonly wilson: readonly [low: number, high: number];
}

export interface Difference {
  readonly a: string;
  readonly b: string;
  readonly interval: Interval;
  /** What was paired: answers of one or two seeds, or means of three and more. */
  readonly over: "answers" | "seeds";
  readonly clear: boolean;
}

/** Seeds from which on a difference is one of means over seeds, training noise included. */
export const SEEDS = 3;

type Pair = readonly [JudgedAnswer, JudgedAnswer];

const keyOf = ({ prompt, draw }: JudgedItem): string => `${draw} ${prompt}`;

/** Answers of both to the same prompt and draw, by the seeds that both have. @param opponent null: the own reference */
function pairsBySeed(own: Answers, opponent: Answers | null): ReadonlyMap<number, readonly Pair[]> {
  const found = new Map<number, Pair[]>();
  for (const [seed, items] of own.bySeed) {
    if (opponent === null) {
      found.set(
        seed,
        items.map(({ policy, reference }) => [policy, reference]),
      );
      continue;
    }
    const theirs = new Map(opponent.bySeed.get(seed)?.map((item) => [keyOf(item), item.policy]));
    const pairs = items.flatMap((item): Pair[] => {
      const other = theirs.get(keyOf(item));
      return other ? [[item.policy, other]] : [];
    });
    if (pairs.length > 0) found.set(seed, pairs);
  }
  return found;
}

/** Wins of `own`, over all seeds together. */
export function tally(own: Answers, opponent: Answers | null): Tally {
  const outcomes = [...pairsBySeed(own, opponent).values()].flat().map(([a, b]) => outcome(a, b));
  const n = outcomes.length;
  const win = outcomes.filter((one) => one === 1).length;
  const lose = outcomes.filter((one) => one === -1).length;
  const of = opponent ? Math.min(own.of, opponent.of) : own.of;
  return { win, lose, tie: n - win - lose, n, of, wilson: wilson(n > 0 ? win / n : 0, n) };
}

/** The paired difference of rewards, a less b; pairs without two rewards are left out. */
export function difference(a: Answers, b: Answers): Difference {
  const bySeed = [...pairsBySeed(a, b).values()].map((pairs) =>
    pairs.flatMap(([one, other]) =>
      one.reward === null || other.reward === null ? [] : [one.reward - other.reward],
    ),
  );
  const known = bySeed.filter((gaps) => gaps.length > 0);
  const over = known.length >= SEEDS ? "seeds" : "answers";
  const found = interval(over === "seeds" ? known.map(mean) : known.flat());
  return { a: a.key, b: b.key, interval: found, over, clear: found.n > 1 && isClear(found) };
}

/** Mean reward of the answers that have one; NaN for none. */
export function meanReward({ bySeed }: Answers): number {
  return mean(
    [...bySeed.values()].flat().flatMap(({ policy }) => (policy.reward === null ? [] : [policy.reward])),
  );
}

/** All differences between settings, each pair once. */
export function differences(all: readonly Answers[]): readonly Difference[] {
  return all.flatMap((a, i) => all.slice(i + 1).map((b) => difference(a, b)));
}

/**
 * Which settings these answers tell apart, in words; empty for fewer than two.
 * @param quantity "human reward", say
 */
export function verdictWords(all: readonly Answers[], quantity: string): string {
  const judged = all.filter(({ bySeed }) => bySeed.size > 0);
  if (judged.length < 2) return "";
  const found = differences(judged).filter(({ interval: { n } }) => n > 1);
  if (found.length === 0) {
    const paired = judged.some((a, i) => judged.slice(i + 1).some((b) => tally(a, b).n > 0));
    return paired
      ? "Hardly an answer has a reward, so there is nothing to compare: fine-tune the reference for longer."
      : "These runs share no seed, so their answers cannot be paired.";
  }
  const labels = new Map(judged.map(({ key, label }) => [key, label]));
  const name = (key: string): string => labels.get(key)!;
  const count = Math.max(...judged.map(({ bySeed }) => [...bySeed.values()].flat().length));
  const over = found.some((one) => one.over === "seeds") ? "seeds" : "answers";
  const behind =
    over === "seeds"
      ? `paired over ${Math.max(...found.map(({ interval: { n } }) => n))} seeds`
      : "paired by prompt and seed; with fewer than three training seeds it speaks of these trained models, not of strategies";
  const clear = found.filter((one) => one.clear);
  const above = judged
    .map(({ key }) => ({
      key,
      below: clear.flatMap(({ a, b, interval: { mean: gap } }) =>
        a === key && gap > 0 ? [b] : b === key && gap < 0 ? [a] : [],
      ),
    }))
    .filter(({ below }) => below.length > 0)
    .sort((one, other) => other.below.length - one.below.length);
  const unclear = found.filter((one) => !one.clear);
  const sentences = [
    ...(above.length > 0
      ? [
          `On ${quantity}, ${above.map(({ key, below }) => `${name(key)} is above ${listed(below.map(name))}`).join("; ")}.`,
        ]
      : []),
    ...(unclear.length === 0
      ? []
      : above.length === 0
        ? [`${count} answers each cannot tell these apart on ${quantity}.`]
        : [
            `${count} answers each cannot tell apart ${listed(
              unclear.map(({ a, b }) => `${name(a)} and ${name(b)}`),
              ", or ",
            )}.`,
          ]),
    `Differences are called at 95 %, ${behind}.`,
    ...(found.length >= 6 ? ["Of many comparisons about one in twenty misses by chance."] : []),
  ];
  return sentences.join(" ");
}

/** "A", "A and B", "A, B and C". */
export function listed(words: readonly string[], last = " and "): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")}${last}${words.at(-1)!}`;
}
