import { expect, it } from "vitest";
import { stream } from "../../src/base/random.ts";
import { whitened } from "../../src/experiment/whitening.ts";

it("whitened features are uncorrelated with variance v / (v + noise), here of directions with variance 1.9 and 0.1", () => {
  const random = stream(11, "test/whitening");
  const rows = Array.from({ length: 20_000 }, () => {
    const [both, own] = [random.normal(), random.normal()];
    // Variances 1, correlation 0.9.
    return Float64Array.of(both, 0.9 * both + Math.sqrt(0.19) * own);
  });
  const noise = 0.1;
  const white = whitened(rows, noise);
  const moment = (i: number, j: number) =>
    white.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / rows.length;
  const [a, b, c] = [moment(0, 0), moment(0, 1), moment(1, 1)];
  // Eigenvalues of the covariance, whatever the rotation.
  expect(a + c).toBeCloseTo(1.9 / (1.9 + noise) + 0.1 / (0.1 + noise), 1);
  expect(a * c - b * b).toBeCloseTo((1.9 / 2) * 0.5, 1);
  // Without noise, all correlation goes.
  const whole = whitened(rows, 0);
  expect(whole.reduce((sum, row) => sum + row[0]! * row[1]!, 0) / rows.length).toBeCloseTo(0, 8);
  expect(whole.reduce((sum, row) => sum + row[1]! ** 2, 0) / rows.length).toBeCloseTo(1, 8);
});
