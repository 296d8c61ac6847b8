/** Adam in float64 for the small policies that train on the CPU (Kingma, Ba, arXiv 1412.6980; PyTorch's defaults). */
export interface Adam64 {
  /** Updates `parameters` in place. */
  step(parameters: Float64Array, gradient: Float64Array): void;
}

export function adam64(size: number, learningRate: number): Adam64 {
  const m = new Float64Array(size);
  const v = new Float64Array(size);
  let t = 0;
  return {
    step(parameters, gradient) {
      t++;
      const c1 = 1 - 0.9 ** t;
      const c2 = 1 - 0.999 ** t;
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        m[i] = 0.9 * m[i]! + 0.1 * g;
        v[i] = 0.999 * v[i]! + 0.001 * g * g;
        parameters[i]! -= (learningRate * (m[i]! / c1)) / (Math.sqrt(v[i]! / c2) + 1e-8);
      }
    },
  };
}
