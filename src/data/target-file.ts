/**
 * A second file that holds responses of the target only, for data whose rows do not say who wrote what: its responses join the
 * groups of the other files that have the same prompt, as the target's; whoever is nameless there becomes synthetic.
 */
import { pairsOf } from "./dataset.ts";
import { isBlank } from "./formats/fields.ts";
import { type Reading, RowFault } from "./formats/format.ts";
import type { FileInput, ImportOptions, TargetFile } from "./options.ts";
import type { ResponseLabels } from "./packed/groups.ts";
import { peek } from "./peek.ts";
import { parseHhTurns, renderPrompt, type Text } from "./template.ts";

export const TARGET_NAME = "human";
/** Why a row of the target's file is left out. */
export const NO_MATCH = "No row of the other file has this prompt.";
const OTHER_NAME = "synthetic";

export interface TargetJoin {
  readonly target: string;
  /** Whether the target's response counts as preferred over every other one of its group. */
  readonly preferred: boolean;
}

/** A row of the target's file, waiting for the groups it joins. Its texts are packed, by number. */
export interface Offered {
  /** Of the prompt. */
  readonly match: string;
  /** Beginning of the prompt. */
  readonly prompt: number;
  readonly texts: readonly number[];
  readonly place: { readonly file: string; readonly row: number; readonly line: number | undefined };
}

/** A response whose text is packed. */
interface Labelled extends ResponseLabels {
  readonly text: number;
}

/** As much of a group in the making as a join changes. */
interface Joinable<R extends Labelled> {
  readonly match: string;
  responses: R[];
  preferences: [number, number][];
  judged: boolean;
}

/** How a second file of target responses is joined; undefined where the options name none. */
export function targetJoin({ targetFile, targetPreferred = true }: ImportOptions): TargetJoin | undefined {
  return targetFile && { target: targetFile.target ?? TARGET_NAME, preferred: targetPreferred };
}

/** What is assumed beyond what the files say. */
export function targetFileNote(
  { targetFile, targetPreferred = true }: ImportOptions,
  files: readonly { readonly name: string }[],
): string[] {
  const file = targetFile && files[targetFile.index];
  if (!file) return [];
  const preferred = targetPreferred ? " They count as preferred over the others of their group." : "";
  return [`The responses in ${file.name} are the target's, joined on the prompt.${preferred}`];
}

/** A prompt as it is compared: one question is the same whether it stands alone or in turns, whatever white space is around it. */
export function matchKey(prompt: Text): string {
  const turns = typeof prompt === "string" ? parseHhTurns(prompt) : prompt;
  if (turns === null) return (prompt as string).trim();
  const [only] = turns;
  if (turns.length === 1 && only!.role === "user") return only!.content.trim();
  return renderPrompt(turns, "hh").trim();
}

/** How to read the target's file: by its own shape, or by columns that are named or look right. */
export async function targetOptions(
  file: FileInput,
  { prompt, response }: TargetFile,
  signal: AbortSignal | undefined,
): Promise<ImportOptions> {
  if (response !== undefined) return { mapping: { ...(prompt !== undefined && { prompt }), response } };
  const { guess, columns } = await peek([file], signal);
  // A row of one prompt and one text is all that this file needs; formats of that shape are known by name.
  if (!guess || guess.format !== null || columns.length === 0) return {};
  const { mapping } = guess;
  return mapping?.response === undefined ? {} : { mapping: { ...mapping, response: mapping.response } };
}

/** The prompt and all texts of a row in the target's file. @throws RowFault when it has none */
export function targetTexts(reading: Reading): { readonly prompt: Text; readonly texts: readonly Text[] } {
  const texts =
    reading.kind === "single" || reading.kind === "unpaired"
      ? [reading.kind === "single" ? reading.response : reading.response.text]
      : reading.responses.map(({ text }) => text);
  const told = texts.filter((text): text is Text => text !== null && !isBlank(text));
  if (told.length === 0) throw new RowFault("The row holds no response by the target.");
  if (reading.prompt === null)
    throw new RowFault(
      "The row names no prompt, so there is nothing to join it on.",
      undefined,
      "Add a column with the prompt, spelt as in the other file.",
    );
  return { prompt: reading.prompt, texts: told };
}

/** Puts the target's responses into the groups of their prompt. What finds no group is left out by name. */
export function joinTarget<R extends Labelled>(
  groups: readonly Joinable<R>[],
  offered: readonly Offered[],
  {
    target,
    preferred,
    intern,
    text: textOf,
    made,
    leftOut,
  }: TargetJoin & {
    readonly intern: (name: string) => number;
    /** The text of that number. */
    readonly text: (index: number) => string;
    /** A new response. */
    readonly made: (text: string, source: number) => R;
    readonly leftOut: (
      problem: {
        readonly file: string;
        readonly row: number;
        readonly line?: number;
        readonly what: string;
        readonly remedy: string;
        readonly excerpt: string;
        readonly effect: "left-out";
      },
      rows: number,
    ) => void;
  },
): void {
  const byMatch = new Map<string, Joinable<R>[]>();
  for (const group of groups) {
    const same = byMatch.get(group.match);
    if (same) same.push(group);
    else byMatch.set(group.match, [group]);
  }
  const source = intern(target);
  const joined = new Map<Joinable<R>, number[]>();
  for (const { match, prompt, texts, place } of offered) {
    const found = byMatch.get(match);
    if (!found) {
      leftOut(
        {
          file: place.file,
          row: place.row,
          ...(place.line !== undefined && { line: place.line }),
          what: NO_MATCH,
          remedy: "Check that both files spell the prompt the same way.",
          excerpt: textOf(prompt),
          effect: "left-out",
        },
        1,
      );
      continue;
    }
    for (const group of found) {
      const own = joined.get(group) ?? [];
      joined.set(group, own);
      // It follows the prompt as its rivals do: white space must not tell the sources apart.
      const [first] = group.responses;
      const lead = /^\s*/.exec(first ? textOf(first.text) : "")![0];
      for (const text of texts.map(textOf)) {
        // A response that both files hold is the target's.
        const known = group.responses.findIndex((response) => textOf(response.text).trim() === text.trim());
        if (known >= 0) group.responses[known] = { ...group.responses[known]!, source };
        else group.responses.push(made(lead + text.trimStart(), source));
        own.push(known >= 0 ? known : group.responses.length - 1);
      }
    }
  }
  for (const group of groups) {
    group.responses = group.responses.map((one) =>
      one.source < 0 ? { ...one, source: intern(OTHER_NAME) } : one,
    );
    if (preferred) prefer(group, new Set(joined.get(group)));
  }
}

/** The target's responses win over all others; what the file says of the others stays. */
function prefer(group: Joinable<Labelled>, own: ReadonlySet<number>): void {
  if (own.size === 0) return;
  const { responses } = group;
  const before: [number, number][] = group.judged ? group.preferences : byScore(responses);
  const wins = [...own].flatMap((winner) =>
    responses.flatMap((_, loser): [number, number][] => (own.has(loser) ? [] : [[winner, loser]])),
  );
  group.preferences = [...before.filter(([a, b]) => !own.has(a) && !own.has(b)), ...wins];
  group.judged = true;
}

/** Pairs that scores give: as `pairsOf` of a group without judgements. */
function byScore(responses: readonly ResponseLabels[]): [number, number][] {
  return pairsOf({ responses }).map(([winner, loser]) => [winner, loser]);
}
