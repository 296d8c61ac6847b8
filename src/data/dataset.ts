/** The one shape every file and every world is turned into. Plain data: it is cloned to the worker and stored as is. */

/** One answer to a prompt. */
export interface Response {
  /** The text exactly as it follows the prompt (leading space kept). */
  readonly text: string;
  /** Index into `Dataset.sources`; -1 when nobody said who wrote it. */
  readonly source: number;
  /** Preference score, higher is better; null when the file has none. Ranks are negated. */
  readonly score: number | null;
  /** Probability of being target text that came with the file (`probs`), if any. */
  readonly prob?: number;
}

/** A prompt with its K >= 2 responses. */
export interface Group {
  /** Stable name inside the dataset, e.g. "17" or "17.2". */
  readonly id: string;
  readonly prompt: string;
  readonly responses: readonly Response[];
  /** Explicit judgements [winner, loser] as indices into `responses`; absent when scores say it all. */
  readonly preferences?: readonly (readonly [number, number])[];
  /** Where the group was read: 1-based record number and, for line formats, 1-based line. */
  readonly row: number;
  readonly line?: number;
  /** Weight that came with the file (`weight`), if any. */
  readonly weight?: number;
  /** Exact log Q0/P per response; only worlds know it. */
  readonly trueLogRatio?: readonly number[];
}

/** One judged response without a rival (KTO). */
export interface Unpaired {
  readonly id: string;
  readonly prompt: string;
  readonly response: Response;
  readonly desirable: boolean;
  readonly row: number;
  readonly line?: number;
}

/** Something in the input that was left out or repaired, in words that name the place. */
export interface ImportProblem {
  readonly file: string;
  /** 1-based record number; absent when the whole file is meant. */
  readonly row?: number;
  /** 1-based line, for line formats. */
  readonly line?: number;
  /** Column or JSON path, e.g. "rejected" or "responses[2]". */
  readonly field?: string;
  /** What is wrong, as a sentence. */
  readonly what: string;
  /** What to do about it. */
  readonly remedy?: string;
  /** The first characters of the offending input. */
  readonly excerpt?: string;
  /** "left-out": the record is not in the dataset; "repaired": it is, changed as said. */
  readonly effect: "left-out" | "repaired";
}

export interface Dataset {
  readonly name: string;
  /** SHA-256 (hex) of the input bytes, or of the canonical spec for worlds: the content address. */
  readonly hash: string;
  /** Format id, e.g. "trl", "hh-rlhf", "rrhf", "qa-feedback", "plane". */
  readonly format: string;
  /** Names of the sources; `Response.source` indexes it. */
  readonly sources: readonly string[];
  /** Index of the target source Q0 in `sources`; -1 until somebody says. */
  readonly target: number;
  readonly groups: readonly Group[];
  readonly unpaired: readonly Unpaired[];
  /** Records read, kept or not. */
  readonly rowsRead: number;
  readonly problems: readonly ImportProblem[];
  /** Problems beyond those listed (the list is capped). */
  readonly problemsOmitted: number;
}

/**
 * The preference pairs of a group, winner first: its explicit judgements, else every pair whose scores differ.
 * Ties give no pair.
 */
export function pairsOf(
  group: Pick<Group, "preferences"> & { readonly responses: readonly Pick<Response, "score">[] },
): (readonly [number, number])[] {
  if (group.preferences) return group.preferences.slice();
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0; i < group.responses.length; i++) {
    for (let j = i + 1; j < group.responses.length; j++) {
      const a = group.responses[i]!.score;
      const b = group.responses[j]!.score;
      if (a === null || b === null || a === b) continue;
      pairs.push(a > b ? [i, j] : [j, i]);
    }
  }
  return pairs;
}
