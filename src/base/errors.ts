/**
 * An error meant for people: what was wrong, where, and the way out.
 * Everything that crosses the worker boundary to be shown is one of these.
 */
export class TiltError extends Error {
  /** What was wrong, in one sentence. */
  readonly what: string;
  /** File, line, column, tensor or setting the problem sits in, if there is one. */
  readonly where: string | undefined;
  /** What the reader can do about it. */
  readonly remedy: string | undefined;
  /** Set where the page offers a way out of its own. */
  readonly kind: ProblemKind | undefined;

  constructor(
    what: string,
    options: { where?: string; remedy?: string; cause?: unknown; kind?: ProblemKind } = {},
  ) {
    super([options.where, what, options.remedy].filter(Boolean).join(" — "), { cause: options.cause });
    this.name = "TiltError";
    this.what = what;
    this.where = options.where;
    this.remedy = options.remedy;
    this.kind = options.kind;
  }
}

/** Problems that the page can do something about: the GPU is gone; what was asked for does not fit in memory. */
export type ProblemKind = "device-lost" | "memory";

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Throws a `TiltError` unless `condition` holds. For states that only a bug in Tilt can produce. */
export function invariant(condition: unknown, what: string): asserts condition {
  if (!condition) throw new TiltError(what, { remedy: "This is a defect in Tilt; please report it." });
}

/** A problem in words for people: the plain-data form of TiltError, which crosses the worker boundary and is stored. */
export interface Problem {
  readonly what: string;
  readonly where?: string;
  readonly remedy?: string;
  readonly kind?: ProblemKind;
}

/** Anything that was thrown, as a problem in words. */
export function problemOf(thrown: unknown): Problem {
  if (!(thrown instanceof TiltError)) {
    const what = messageOf(thrown);
    // An array that cannot be had is a RangeError, in the words of the browser.
    if (!(thrown instanceof RangeError && /alloc|array length|out of memory/i.test(what))) return { what };
    return { what: `There is not enough memory: ${what}`, kind: "memory" };
  }
  const { what, where, remedy, kind } = thrown;
  return {
    what,
    ...(where !== undefined && { where }),
    ...(remedy !== undefined && { remedy }),
    ...(kind !== undefined && { kind }),
  };
}
