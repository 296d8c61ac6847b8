/** Choosing kernels on a real device: every tiling gives the same bits, and choices can be recorded and given back. */
import { expect, it } from "vitest";
import {
  type Backend,
  type Choices,
  type Recorder,
  readFloats,
  type Tensor,
} from "../../src/backend/backend.ts";
import { openBackend, type TuningMemory } from "../../src/backend/open.ts";
import { stream } from "../../src/base/random.ts";
import { matmulNn, matmulNt, matmulTn } from "../../src/ops/matmul.ts";
import { rmsnormForward } from "../../src/ops/rmsnorm.ts";

type Record3 = (
  recorder: Recorder,
  buffers: { a: Tensor; b: Tensor; c: Tensor },
  params: { m: number; n: number; k: number; accumulate: number },
) => void;
const FORMS = {
  nt: ((recorder, ...rest) => recorder.dispatch(matmulNt, ...rest)) as Record3,
  nn: ((recorder, ...rest) => recorder.dispatch(matmulNn, ...rest)) as Record3,
  tn: ((recorder, ...rest) => recorder.dispatch(matmulTn, ...rest)) as Record3,
};
const SIZE = { m: 36, n: 68, k: 52 };
const CLASS = "64x128x64";

async function products(
  backend: Backend,
  forms: readonly (keyof typeof FORMS)[],
): Promise<Record<string, Uint32Array>> {
  const random = stream(7, "choices");
  const values = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  const a = backend.tensor("a", "f32", 72 * 72);
  const b = backend.tensor("b", "f32", 72 * 72);
  backend.write(a, values(72 * 72));
  backend.write(b, values(72 * 72));
  const start = values(SIZE.m * SIZE.n);
  const results: Record<string, Uint32Array> = {};
  for (const form of forms) {
    const c = backend.tensor("c", "f32", SIZE.m * SIZE.n);
    backend.write(c, start);
    const plan = await backend.plan(form, (recorder) =>
      FORMS[form](recorder, { a, b, c }, { ...SIZE, accumulate: 1 }),
    );
    plan.run();
    results[form] = new Uint32Array(Float32Array.from(await readFloats(backend, c)).buffer);
    plan.destroy();
  }
  return results;
}

const open = async (options: Parameters<typeof openBackend>[2]): Promise<Backend> =>
  (await openBackend(navigator.gpu, "webgpu", options)).backend;

it.each(["nt", "nn", "tn"] as const)("gives the same bits whichever tiling is chosen: %s", async (form) => {
  const key = `matmul_${form} ${CLASS}`;
  let want: Record<string, Uint32Array> | undefined;
  for (const id of ["plain", "quads", "shared"]) {
    const backend = await open({ choices: { [key]: id } });
    const got = await products(backend, [form]);
    expect(backend.info.choices).toEqual({ [key]: id });
    want ??= got;
    expect(got, id).toEqual(want);
    backend.destroy();
  }
});

it("measures when asked to, records what it chose, and chooses the same when that is given back", async () => {
  const measured = await open({ tuning: "on" });
  await products(measured, ["tn"]);
  const { choices } = measured.info;
  expect(Object.keys(choices)).toEqual([`matmul_tn ${CLASS}`]);
  measured.destroy();

  const again = await open({ choices, tuning: "off" });
  await products(again, ["tn"]);
  expect(again.info.choices).toEqual(choices);
  again.destroy();
});

it("measures once per adapter where what was measured is kept", async () => {
  const kept = new Map<string, Choices>();
  const memory: TuningMemory = {
    recall: async (adapter) => kept.get(adapter) ?? {},
    keep: (adapter, choices) => void kept.set(adapter, choices),
  };
  const first = await open({ tuning: "on", memory });
  await products(first, ["tn"]);
  const { adapter, choices } = first.info;
  expect([...kept]).toEqual([[adapter, choices]]);
  first.destroy();

  // A kernel that measuring would hardly choose here shows that nothing was measured again.
  kept.set(adapter, { [`matmul_tn ${CLASS}`]: "shared" });
  const second = await open({ tuning: "on", memory });
  await products(second, ["tn"]);
  expect(second.info.choices).toEqual({ [`matmul_tn ${CLASS}`]: "shared" });
  second.destroy();
});

it("times each dispatch of a plan", async () => {
  const backend = await open({});
  const x = backend.tensor("x", "f32", 1 << 16);
  const weight = backend.tensor("weight", "f32", 64);
  const y = backend.tensor("y", "f32", 1 << 16);
  const rstd = backend.tensor("rstd", "f32", 1024);
  const plan = await backend.plan("two norms", (recorder) => {
    for (const rows of [1024, 512]) {
      recorder.dispatch(rmsnormForward, { x, weight, y, rstd }, { rows, dim: 64, eps: 1e-5 });
    }
  });
  const times = await plan.profile();
  expect(times?.map(({ op, kernel, params }) => [op, kernel, params.rows])).toEqual([
    ["rmsnorm_forward", "plain", 1024],
    ["rmsnorm_forward", "plain", 512],
  ]);
  expect(times!.some(({ milliseconds }) => milliseconds > 0)).toBe(true);
  backend.destroy();
});
