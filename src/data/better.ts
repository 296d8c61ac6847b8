/** A column that names the better of two or more responses: by their columns, by the letter or number these end in, or by who wrote them. */
import { toNumber } from "./formats/fields.ts";
import { RowFault } from "./formats/format.ts";

/** Words for "neither"; whatever follows them ("tie (bothbad)") says no more. */
const TIE = /^(?:tie|draw|both|neither|equal|same|none)/i;

/** Characters of a name that are looked at. */
const LONGEST = 40;

/** What tells a name from its like: the letter or number that it ends in ("a" of "model_a" and "responseA", "2" of "output_2"). */
export function endOf(name: string): string | undefined {
  // The end only: where digits do not stand at it, the pattern tries at each of them anew.
  const end = /(?:^|[^a-z])([a-z])$|([A-Z])$|(\d+)$/.exec(name.trim().slice(-LONGEST));
  return (end?.[1] ?? end?.[2] ?? end?.[3])?.toLowerCase();
}

export interface Rival {
  /** Name of its column. */
  readonly column: string;
  readonly source: string | undefined;
}

/**
 * @param value what the column says
 * @param column its name, for faults
 * @returns the place of the better response; null where none is
 * @throws RowFault when the value names no response and no tie
 */
export function betterOf(value: unknown, column: string, rivals: readonly Rival[]): number | null {
  if (value === null || value === undefined || value === "") return null;
  const number = typeof value === "string" ? undefined : toNumber(value);
  const told = number === undefined ? String(value).trim() : String(number);
  const same = told.toLowerCase();
  for (const means of [
    ({ column: name }: Rival) => name.toLowerCase() === same,
    ({ source }: Rival) => source?.toLowerCase() === same,
    ({ column: name }: Rival) => endOf(name) !== undefined && endOf(name) === endOf(told),
  ]) {
    const found = rivals.flatMap((rival, i) => (means(rival) ? [i] : []));
    if (found.length === 1) return found[0]!;
  }
  if (TIE.test(told) || number === 0) return null;
  throw new RowFault(
    `\`${column}\` is “${told.slice(0, 40)}”, which names none of the responses.`,
    column,
    `Write the name of the better one's column (${rivals.map(({ column: name }) => name).join(", ")}), or “tie”.`,
  );
}
