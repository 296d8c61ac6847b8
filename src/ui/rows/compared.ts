/** Which words of a group's responses differ from one of them, and from the words of a pinned row. Pure. */
import type { GroupDetail } from "../../worker/api.ts";
import { type Difference, differenceOf, type Span, type Word, wordsOf } from "./diff.ts";
import type { Mark } from "./stretches.ts";

/** The response that all others are compared with. */
export interface Base {
  readonly of: "open" | "pinned";
  readonly response: number;
}

export interface Compared {
  readonly base: Base;
  /** By response of the open row, then of the pinned one: what only it has. */
  readonly open: readonly ResponseDifference[];
  readonly pinned: readonly ResponseDifference[];
  /** What differs between the two prompts; empty without a pinned row. */
  readonly prompt: readonly Mark[];
  readonly pinnedPrompt: readonly Mark[];
}

export interface ResponseDifference {
  readonly marks: readonly Mark[];
  /** Share of words in common with the base; null for the base itself. */
  readonly shared: number | null;
  readonly rough: boolean;
}

type Texts = Pick<GroupDetail, "prompt" | "responses">;

export function compare(open: Texts, pinned: Texts | null, base: Base): Compared {
  const text = (base.of === "pinned" ? pinned : open)?.responses[base.response]?.text ?? "";
  const found: Difference[] = [];
  const known = new Map<string, readonly Word[]>();
  const cut = (of: string): readonly Word[] => {
    const words = known.get(of) ?? wordsOf(of);
    known.set(of, words);
    return words;
  };
  const differ = (of: Base["of"], responses: Texts["responses"]): ResponseDifference[] =>
    responses.map((response, i) => {
      if (of === base.of && i === base.response) return { marks: [], shared: null, rough: false };
      const difference = differenceOf(text, response.text, cut);
      found.push(difference);
      return { marks: marksOf(difference.second), shared: difference.shared, rough: difference.rough };
    });
  const all = { open: differ("open", open.responses), pinned: differ("pinned", pinned?.responses ?? []) };
  // Of the base itself, what none of the others has.
  const own = inAll(found.map(({ first }) => first));
  const [mine] = [all[base.of][base.response]];
  if (mine) all[base.of][base.response] = { ...mine, marks: marksOf(own) };
  const prompts = pinned ? differenceOf(pinned.prompt, open.prompt) : null;
  return {
    base,
    ...all,
    prompt: marksOf(prompts?.second ?? []),
    pinnedPrompt: marksOf(prompts?.first ?? []),
  };
}

const marksOf = (spans: readonly Span[]): Mark[] => spans.map((span) => ({ ...span, mark: "only" }));

/** Stretches that lie in every one of the lists; each is in order, without overlaps. */
export function inAll(lists: readonly (readonly Span[])[]): readonly Span[] {
  const [first = [], ...rest] = lists;
  return rest.reduce((left, right) => {
    const both: Span[] = [];
    let [i, j] = [0, 0];
    while (i < left.length && j < right.length) {
      const from = Math.max(left[i]!.from, right[j]!.from);
      const to = Math.min(left[i]!.to, right[j]!.to);
      if (from < to) both.push({ from, to });
      if (left[i]!.to < right[j]!.to) i++;
      else j++;
    }
    return both;
  }, first);
}
