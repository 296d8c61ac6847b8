/** The matrix products as CPU loops: what runs where there is no GPU, and what shaders are compared with. */
import type { FloatArray } from "../backend/contract.ts";

/** A matrix that is walked by steps: element (line, depth) lies at line * lineStep + depth * depthStep. */
export interface Walked {
  readonly values: FloatArray;
  readonly lineStep: number;
  readonly depthStep: number;
}

/**
 * c[i, j] (+)= sum over depth of a(i, depth) b(j, depth), for any layout of a and b.
 *
 * Two rows and four columns at a time, so that six reads serve eight multiplications: three times as fast as one by one.
 * Lines past the edge are read again from the last one and not written. Each sum runs over depth in order.
 */
export function multiply(
  a: Walked,
  b: Walked,
  c: FloatArray,
  { m, n, k, accumulate }: { m: number; n: number; k: number; accumulate: number },
): void {
  const { values: left, depthStep: leftStep } = a;
  const { values: right, depthStep: rightStep } = b;
  for (let i = 0; i < m; i += 2) {
    const start0 = i * a.lineStep;
    const start1 = Math.min(i + 1, m - 1) * a.lineStep;
    for (let j = 0; j < n; j += 4) {
      let a0 = start0;
      let a1 = start1;
      let b0 = j * b.lineStep;
      let b1 = Math.min(j + 1, n - 1) * b.lineStep;
      let b2 = Math.min(j + 2, n - 1) * b.lineStep;
      let b3 = Math.min(j + 3, n - 1) * b.lineStep;
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      for (let depth = 0; depth < k; depth++) {
        const u0 = left[a0]!;
        const u1 = left[a1]!;
        const v0 = right[b0]!;
        const v1 = right[b1]!;
        const v2 = right[b2]!;
        const v3 = right[b3]!;
        s00 += u0 * v0;
        s01 += u0 * v1;
        s02 += u0 * v2;
        s03 += u0 * v3;
        s10 += u1 * v0;
        s11 += u1 * v1;
        s12 += u1 * v2;
        s13 += u1 * v3;
        a0 += leftStep;
        a1 += leftStep;
        b0 += rightStep;
        b1 += rightStep;
        b2 += rightStep;
        b3 += rightStep;
      }
      const columns = Math.min(4, n - j);
      store(c, i * n + j, columns, accumulate, s00, s01, s02, s03);
      if (i + 1 < m) store(c, (i + 1) * n + j, columns, accumulate, s10, s11, s12, s13);
    }
  }
}

function store(
  c: FloatArray,
  at: number,
  columns: number,
  accumulate: number,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
): void {
  c[at] = accumulate ? c[at]! + s0 : s0;
  if (columns > 1) c[at + 1] = accumulate ? c[at + 1]! + s1 : s1;
  if (columns > 2) c[at + 2] = accumulate ? c[at + 2]! + s2 : s2;
  if (columns > 3) c[at + 3] = accumulate ? c[at + 3]! + s3 : s3;
}
