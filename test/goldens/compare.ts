/** Comparing numbers with golden numbers: every miss is named, and the worst error is kept for the report. */

export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** Suggested tolerances of the goldens' README. */
export const EXACT: Tolerance = { rtol: 1e-10, atol: 1e-12 };
export const ITERATIVE: Tolerance = { rtol: 1e-7, atol: 1e-9 };
export const SMALL_LAMBDA: Tolerance = { rtol: 1e-8, atol: 1e-9 };
export const FLOAT32_OP: Tolerance = { rtol: 1e-5, atol: 1e-5 };

/** Numbers nested to any depth. */
export type Nested = number | null | ArrayLike<number> | readonly Nested[];

/** Collects comparisons of one golden file on one path. */
export interface Comparison {
  /** Checks `|got - want| <= atol + rtol |want|` entry by entry; shapes must agree. */
  close(id: string, what: string, got: Nested, want: Nested, tolerance: Tolerance): void;
  /** Checks something that is not a number. */
  same(id: string, what: string, got: unknown, want: unknown): void;
  /** Notes a case that this path does not cover, with the reason. It is printed, never hidden. */
  skip(id: string, reason: string): void;
  readonly misses: readonly string[];
  readonly skipped: readonly string[];
  readonly compared: number;
  /** Largest |got - want| / (|want| + atol/rtol) seen. */
  readonly worst: number;
}

export function newComparison(): Comparison {
  const misses: string[] = [];
  const skipped: string[] = [];
  const state = { compared: 0, worst: 0 };

  const visit = (path: string, got: Nested, want: Nested, tolerance: Tolerance): void => {
    if (want === null || got === null) {
      if (got !== want) misses.push(`${path}: got ${got === null ? "null" : "a number"}, want the opposite`);
      return;
    }
    if (typeof want === "number" || typeof got === "number") {
      state.compared++;
      if (typeof want !== "number" || typeof got !== "number") misses.push(`${path}: shapes differ`);
      else number(path, got, want, tolerance);
      return;
    }
    if (got.length !== want.length) misses.push(`${path}: length ${got.length}, want ${want.length}`);
    else for (let i = 0; i < want.length; i++) visit(`${path}[${i}]`, got[i]!, want[i]!, tolerance);
  };
  const number = (path: string, got: number, want: number, { rtol, atol }: Tolerance): void => {
    const error = Math.abs(got - want);
    if (!(error <= atol + rtol * Math.abs(want))) misses.push(`${path}: got ${got}, want ${want}`);
    const relative = error / (Math.abs(want) + atol / rtol);
    state.worst = Number.isNaN(relative) ? Infinity : Math.max(state.worst, relative);
  };

  return {
    close: (id, what, got, want, tolerance) => visit(`${id} ${what}`, got, want, tolerance),
    same(id, what, got, want) {
      state.compared++;
      if (JSON.stringify(got) !== JSON.stringify(want)) {
        misses.push(`${id} ${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
      }
    },
    skip: (id, reason) => void skipped.push(`${id}: ${reason}`),
    misses,
    skipped,
    get compared() {
      return state.compared;
    },
    get worst() {
      return state.worst;
    },
  };
}
