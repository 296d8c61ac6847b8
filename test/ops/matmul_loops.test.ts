/** The tiled CPU product against the definition, in every layout and on ragged shapes. */
import { expect, it } from "vitest";
import { stream } from "../../src/base/random.ts";
import { multiply } from "../../src/ops/matmul_loops.ts";

const shapes = [1, 2, 3, 4, 5, 9].flatMap((m) => [1, 2, 3, 4, 7].map((n) => ({ m, n, k: (3 * m + n) % 6 })));

it.each([0, 1])("c = a b (+ c), accumulate %i", (accumulate) => {
  const random = stream(3, "matmul loops");
  const draw = (length: number): Float64Array => Float64Array.from({ length }, () => random.normal());
  for (const { m, n, k } of shapes) {
    for (const layout of ["nt", "nn", "tn"]) {
      const [left, right, before] = [draw(m * k), draw(n * k), draw(m * n)];
      const [aLine, aDepth] = layout === "tn" ? [1, m] : [k, 1];
      const [bLine, bDepth] = layout === "nt" ? [k, 1] : [1, n];
      const c = before.slice();
      multiply(
        { values: left, lineStep: aLine, depthStep: aDepth },
        { values: right, lineStep: bLine, depthStep: bDepth },
        c,
        { m, n, k, accumulate },
      );
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let want = accumulate ? before[i * n + j]! : 0;
          for (let d = 0; d < k; d++) want += left[i * aLine + d * aDepth]! * right[j * bLine + d * bDepth]!;
          expect(Math.abs(c[i * n + j]! - want), `${layout} ${m} x ${n} x ${k} at ${i}, ${j}`).toBeLessThan(
            1e-13,
          );
        }
      }
    }
  }
});
