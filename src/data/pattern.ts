/** What a person types to find responses by: a text to contain, or a regular expression that cannot run away. */
import { TiltError } from "../base/errors.ts";

const where = "the rule that names the target";

/** Most characters of a pattern. */
const LONGEST = 200;
/**
 * Most characters of a response that a pattern looks at, by how many `*`, `+` and `{n,}` it has; more of these are refused. Each one may
 * multiply the time by the length of the text.
 */
const SEEN = [4000, 2000, 300, 100] as const;
const OPEN_ENDED = SEEN.length - 1;
/** Milliseconds that one expression may take for all texts together. */
const PATIENCE = 10_000;
/** `?` allowed: each one may double the time. */
const OPTIONAL = 8;

/** Parts of a pattern that matter here: escapes, classes, brackets, and what repeats. */
const TOKEN =
  /\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<?[=!]|<\w+>|[:\w-]+:?))?|\)|[*+?]|\{\d+(?:,\d*)?\}|[^\\[(){*+?]|./gsu;

/**
 * Why a pattern could keep the page busy for ever; where it cannot, how many open-ended repetitions it has. Repeated groups that hold a choice or a repetition
 * ("(a+)+"), back-references and many open-ended repetitions are what makes matching explode.
 */
function risk(pattern: string): string | number {
  const groups: boolean[] = [false];
  let open = 0;
  let optional = 0;
  let closed: boolean | null = null;
  for (const [token] of pattern.matchAll(TOKEN)) {
    const repeats = token === "*" || token === "+" || /^\{\d+,?\d*\}$/.test(token);
    if (/^\\(?:[1-9]|k<)/.test(token)) return "it refers back to an earlier part";
    if (repeats) {
      if (closed === true) return "it repeats a group that itself repeats or chooses";
      if (!/^\{\d+\}$/.test(token) && ++open > OPEN_ENDED)
        return `it has more than ${OPEN_ENDED} open-ended repetitions`;
      groups[groups.length - 1] = true;
    } else if (token === "?") {
      if (++optional > OPTIONAL) return `it has more than ${OPTIONAL} optional parts`;
      groups[groups.length - 1] = true;
    } else if (token === "|") groups[groups.length - 1] = true;
    closed = null;
    if (token.startsWith("(")) groups.push(false);
    else if (token === ")" && groups.length > 1) {
      closed = groups.pop()!;
      if (closed) groups[groups.length - 1] = true;
    }
  }
  return open;
}

/**
 * @param pattern what to look for; letters of either case are the same
 * @param regex whether it is a regular expression, as JavaScript's `RegExp` with the flags "iu"
 * @returns whether a text has it. Of long texts an expression looks at the first 4,000 characters only; with one, two or
 *   three open-ended repetitions at 2,000, 300 or 100. The function throws a TiltError when all texts together take too long
 * @throws TiltError when the pattern is empty, no expression, or one that could run for ever
 */
export function matcher(pattern: string, regex: boolean): (text: string) => boolean {
  if (pattern === "")
    throw new TiltError("The rule has no text to look for.", {
      where,
      remedy: "Say what the target's responses contain.",
    });
  if (!regex) {
    const wanted = pattern.toLowerCase();
    return (text) => text.toLowerCase().includes(wanted);
  }
  if (pattern.length > LONGEST)
    throw new TiltError(`The expression is longer than ${LONGEST} characters.`, {
      where,
      remedy: "Use a shorter one.",
    });
  const risky = risk(pattern);
  if (typeof risky === "string")
    throw new TiltError(`The expression could take for ever: ${risky}.`, {
      where,
      remedy: "Use a simpler one.",
    });
  let compiled: RegExp;
  try {
    compiled = new RegExp(pattern, "iu");
  } catch (cause) {
    throw new TiltError("This is not a regular expression.", {
      where,
      remedy: "Correct it, or look for a plain text instead.",
      cause,
    });
  }
  const seen = SEEN[risky]!;
  let spent = 0;
  return (text) => {
    if (spent > PATIENCE)
      throw new TiltError("The expression takes too long on these texts.", {
        where,
        remedy: "Use a simpler one, or look for a plain text instead.",
      });
    const started = performance.now();
    const found = compiled.test(text.length > seen ? text.slice(0, seen) : text);
    spent += performance.now() - started;
    return found;
  };
}
