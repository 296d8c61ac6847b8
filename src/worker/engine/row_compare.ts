/** Which words of a group's responses differ from one of them, and from the words of a pinned row. Pure. */
import type { Base, Compared, ComparedTexts, ResponseDifference, Span } from "../api.ts";
import { COMPARED, type Difference, differenceOf, type Word, wordsOf } from "./text_diff.ts";

export function compare(open: ComparedTexts, pinned: ComparedTexts | null, base: Base): Compared {
  const text = (base.of === "pinned" ? pinned : open)?.responses[base.response]?.text ?? "";
  const found: Difference[] = [];
  const known = new Map<string, readonly Word[]>();
  const cut = (of: string): readonly Word[] => {
    const words = known.get(of) ?? wordsOf(of);
    known.set(of, words);
    return words;
  };
  const differ = (of: Base["of"], responses: ComparedTexts["responses"]): ResponseDifference[] =>
    responses.map((response, i) => {
      if (of === base.of && i === base.response) return { only: [], shared: null, rough: false };
      const difference = differenceOf(text, response.text, cut);
      found.push(difference);
      return { only: difference.second, shared: difference.shared, rough: difference.rough };
    });
  const all = { open: differ("open", open.responses), pinned: differ("pinned", pinned?.responses ?? []) };
  // Of the base itself, what none of the others has.
  const own = inAll(found.map(({ first }) => first));
  const [mine] = [all[base.of][base.response]];
  if (mine) all[base.of][base.response] = { ...mine, only: own };
  const prompts = pinned ? differenceOf(pinned.prompt, open.prompt) : null;
  return {
    base,
    upTo: COMPARED,
    ...all,
    prompt: prompts?.second ?? [],
    pinnedPrompt: prompts?.first ?? [],
  };
}

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
