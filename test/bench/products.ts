/** Plans of one matrix product, in the three forms, for timing. */
import type { Backend, Plan, Tensor } from "../../src/backend/backend.ts";
import { matmulNn, matmulNt, matmulTn } from "../../src/ops/matmul.ts";

export type Form = "nt" | "nn" | "tn";

export interface Shape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** c = a b in a form; a and b hold the values given, row-major in that form's own layout. */
export async function openProduct(
  backend: Backend,
  form: Form,
  { m, n, k }: Shape,
  values: { readonly a: Float32Array; readonly b: Float32Array },
): Promise<{ readonly plan: Plan; run(): Promise<number>; free(): void }> {
  const a = backend.tensor("a", "f32", m * k);
  const b = backend.tensor("b", "f32", k * n);
  const c = backend.tensor("c", "f32", m * n);
  // The harness compares the last element; a window of its own keeps the read-back to a few bytes.
  const aligned = Math.floor((m * n - 1) / backend.viewAlignment) * backend.viewAlignment;
  const end: Tensor = backend.view(c, "end of c", aligned, m * n - aligned);
  backend.write(a, values.a);
  backend.write(b, values.b);
  const size = { m, n, k, accumulate: 0 };
  const plan = await backend.plan(`product ${form}`, (recorder) => {
    if (form === "nt") recorder.dispatch(matmulNt, { a, b, c }, size);
    else if (form === "nn") recorder.dispatch(matmulNn, { a, b, c }, size);
    else recorder.dispatch(matmulTn, { a, b, c }, size);
  });
  const tap = backend.tap(end, 1);
  return {
    plan,
    async run() {
      plan.run([tap]);
      const values = await tap.take();
      return values[values.length - 1]!;
    },
    free() {
      plan.destroy();
      tap.destroy();
      for (const tensor of [a, b, c]) backend.free(tensor);
    },
  };
}

/** The products of the tiny language model's training step: 1,024 tokens, width 128, MLP 344, vocabulary 512. */
export const LM_PRODUCTS: readonly (readonly [name: string, form: Form, shape: Shape])[] = [
  ["qkv", "nt", { m: 1024, n: 384, k: 128 }],
  ["gate and up", "nt", { m: 1024, n: 688, k: 128 }],
  ["down", "nt", { m: 1024, n: 128, k: 344 }],
  ["head", "nt", { m: 1024, n: 512, k: 128 }],
  ["qkv, to its input", "nn", { m: 1024, n: 128, k: 384 }],
  ["gate and up, to its input", "nn", { m: 1024, n: 128, k: 688 }],
  ["down, to its input", "nn", { m: 1024, n: 344, k: 128 }],
  ["head, to its input", "nn", { m: 1024, n: 128, k: 512 }],
  ["qkv, to its weight", "tn", { m: 384, n: 128, k: 1024 }],
  ["gate and up, to its weight", "tn", { m: 688, n: 128, k: 1024 }],
  ["down, to its weight", "tn", { m: 128, n: 344, k: 1024 }],
  ["head, to its weight", "tn", { m: 512, n: 128, k: 1024 }],
];
