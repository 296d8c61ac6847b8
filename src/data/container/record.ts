/** A record on its way from a container to a format, and the problems met while getting it out. */

export interface RecordProblem {
  readonly what: string;
  readonly remedy?: string | undefined;
  readonly field?: string | undefined;
  readonly excerpt?: string | undefined;
}

export interface RawRecord {
  /** 1-based line on which it starts; absent for Parquet. */
  readonly line?: number;
  /** The parsed value; absent when it could not be read (`fault` says why). */
  readonly value?: unknown;
  /** Its JSON as it stands in the file, where it is JSON: an export repeats it digit by digit. */
  readonly text?: string;
  /** Why there is no value. */
  readonly fault?: RecordProblem;
  /** What was changed to read it. */
  readonly repair?: RecordProblem;
}

/** The first characters of a text, on one line, for messages. */
export function excerptOf(text: string, length = 120): string {
  const start = text
    .slice(0, length * 2)
    .replace(/\s+/g, " ")
    .trim();
  return start.length > length ? `${start.slice(0, length)}…` : start;
}

/** A value as JSON, shortened, for messages. */
export function excerptOfValue(value: unknown): string {
  try {
    const seen = JSON.stringify(value, (_key, item: unknown) => {
      if (typeof item === "bigint") return String(item);
      if (typeof item === "string" && item.length > 60) return `${item.slice(0, 60)}…`;
      return Array.isArray(item) && item.length > 4 ? [...item.slice(0, 4), "…"] : item;
    });
    return excerptOf(seen ?? String(value), 240);
  } catch {
    return "…";
  }
}
