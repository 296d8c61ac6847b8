/** The adapter's ceiling: multiply-adds in registers only, to judge products by. */
import type { Backend } from "../../src/backend/backend.ts";
import { defineOp } from "../../src/backend/contract.ts";

const CHAINS = 8;
const UNROLLED = 16;
const WORKGROUP = 64;

const each = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join("\n");

const fmaChains = defineOp({
  name: "bench_fma_chains",
  shader: {
    file: "test/bench/peak.ts",
    origins: [],
    code: `struct Params { groups: u32, iterations: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(${WORKGROUP}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let s = f32(id.x) * 1e-6;
  let factor = vec4f(0.999 + s);
  let added = vec4f(s + 1e-3);
${each(CHAINS, (i) => `  var x${i} = vec4f(s + ${i}.0);`)}
  for (var i = 0u; i < params.iterations; i++) {
${each(UNROLLED, () => each(CHAINS, (i) => `    x${i} = fma(x${i}, factor, added);`))}
  }
  let sum = ${Array.from({ length: CHAINS }, (_, i) => `x${i}`).join(" + ")};
  out[id.x] = sum.x + sum.y + sum.z + sum.w;
}`,
  },
  workgroupSize: [WORKGROUP, 1, 1],
  params: { groups: "u32", iterations: "u32" },
  buffers: { out: { type: "f32", access: "read_write", shape: ["groups", WORKGROUP] } },
  workgroups: ({ groups }) => [groups, 1, 1],
  cpu() {
    throw new Error("a ceiling of a GPU");
  },
});

/** GFLOP/s of f32 multiply-adds, counted as two; the best of a few runs of about 20 ms or more. */
export async function measurePeak(backend: Backend, now: () => Promise<number>): Promise<number> {
  const groups = 2048;
  const out = backend.tensor("out", "f32", groups * WORKGROUP);
  let best = 0;
  for (let iterations = 4; ; iterations *= 8) {
    const plan = await backend.plan("peak", (recorder) =>
      recorder.dispatch(fmaChains, { out }, { groups, iterations }),
    );
    let shortest = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 4; run++) {
      const start = await now();
      plan.run();
      await backend.settled();
      shortest = Math.min(shortest, (await now()) - start);
    }
    plan.destroy();
    best = (2 * 4 * CHAINS * UNROLLED * iterations * groups * WORKGROUP) / shortest / 1e6;
    if (shortest > 20) break;
  }
  backend.free(out);
  return best;
}
