/** Tilt's matrix products against the raw tilings of the peers' harness, taken in turns on one device each. */
import type { Backend } from "../../src/backend/backend.ts";
import { type Form, LM_PRODUCTS, openProduct, type Shape } from "./products.ts";

interface RawVariant {
  readonly co?: boolean;
  readonly tm: number;
  readonly cg?: number;
  readonly wx?: number;
  readonly wy?: number;
  readonly tn?: number;
}

/** What the harness's src/entries/raw.js exports. */
export interface RawEntry {
  readonly VARIANTS: Readonly<Record<string, RawVariant>>;
  gemmWGSL(options: RawVariant & { M: number; N: number; K: number }): string;
  coalescedWGSL(options: RawVariant & { M: number; N: number; K: number }): string;
}

export interface TilingRow {
  readonly product: string;
  readonly form: Form;
  readonly shape: Shape;
  /** By the clock given: CPU time where it can be read. */
  readonly tiltMs: number;
  readonly choice: string;
  /** Best of the raw tilings that divide the shape, as c = a b whatever the form; absent without the harness. */
  readonly rawMs?: number;
  readonly rawName?: string;
  /** rawMs / tiltMs: above 1, Tilt is faster. */
  readonly ratio?: number;
}

/** The fastest tilings of the harness's own sweep; the rest never come near. */
const FRONT_RUNNERS = [
  "coalesced+subgroupBroadcast 4x1 wg, 16x16",
  "coalesced+subgroupBroadcast 4x1 wg, 16x8",
  "coalesced+subgroupBroadcast 4x1 wg, 8x8",
  "coalesced+subgroupBroadcast 4x1 wg, 8x4",
  "direct scalar 8x8, 8x8 k1",
];

const SHAPES: readonly (readonly [string, Form, Shape])[] = [
  ["512 cube", "nn", { m: 512, n: 512, k: 512 }],
  ["1024 cube", "nn", { m: 1024, n: 1024, k: 1024 }],
  ...LM_PRODUCTS,
];

export async function compareTilings(
  backend: Backend,
  raw: RawEntry | undefined,
  rounds: number,
  clock: () => Promise<number>,
): Promise<TilingRow[]> {
  const device = raw && (await rawDevice());
  const rows: TilingRow[] = [];
  for (const [product, form, shape] of SHAPES) {
    const { m, n, k } = shape;
    const fill = (length: number): Float32Array =>
      Float32Array.from({ length }, (_, i) => ((i * 7919) % 1013) / 506 - 1);
    const values = { a: fill(m * k), b: fill(k * n) };
    const tilt = await openProduct(backend, form, shape, values);
    let opened = device ? await openRivals(device, raw, shape, values) : undefined;
    let note = "";
    if (device && opened?.rivals.length === 0) {
      // No raw tiling divides the shape: as it would have to be used, with columns added.
      opened.free();
      const wide = { m, n: 64 * Math.ceil(n / 64), k };
      opened = await openRivals(device, raw, wide, { a: values.a, b: fill(k * wide.n) });
      note = `, n made ${wide.n}`;
    }
    const rivals = opened?.rivals ?? [];
    const tiltTimes: number[] = [];
    // Short products are repeated within a measurement, so that submitting does not drown them.
    const repeats = Math.max(1, Math.round(2 ** 27 / (m * n * k)));
    for (let round = -1; round < rounds; round++) {
      const start = await clock();
      for (let i = 1; i < repeats; i++) tilt.plan.run();
      await tilt.run();
      if (round >= 0) tiltTimes.push(((await clock()) - start) / repeats);
      for (const rival of rivals) {
        const begun = await clock();
        await rival.run(repeats);
        if (round >= 0) rival.times.push(((await clock()) - begun) / repeats);
      }
    }
    const middle = (times: readonly number[]): number => [...times].sort((x, y) => x - y)[times.length >> 1]!;
    const tiltMs = middle(tiltTimes);
    const best = rivals
      .map(({ name, times }) => ({ name, ms: middle(times) }))
      .sort((x, y) => x.ms - y.ms)[0];
    const { choices } = backend.info;
    const label = `matmul_${form} ${[m, n, k].map((size) => 2 ** Math.ceil(Math.log2(size))).join("x")}`;
    rows.push({
      product,
      form,
      shape,
      tiltMs,
      choice: choices[label] ?? "plain",
      ...(best && { rawMs: best.ms, rawName: best.name + note, ratio: best.ms / tiltMs }),
    });
    tilt.free();
    opened?.free();
  }
  return rows;
}

async function rawDevice(): Promise<GPUDevice> {
  const adapter = (await navigator.gpu.requestAdapter())!;
  const requiredFeatures = (["subgroups"] as const).filter((feature) => adapter.features.has(feature));
  return adapter.requestDevice({ requiredFeatures });
}

interface Rival {
  readonly name: string;
  readonly times: number[];
  run(repeats: number): Promise<void>;
}

async function openRivals(
  device: GPUDevice,
  raw: RawEntry,
  { m, n, k }: Shape,
  values: { readonly a: Float32Array; readonly b: Float32Array },
): Promise<{ readonly rivals: Rival[]; free(): void }> {
  const size = { M: m, N: n, K: k };
  const buffer = (data: Float32Array): GPUBuffer => {
    const made = device.createBuffer({
      size: data.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(made, 0, data as Float32Array<ArrayBuffer>);
    return made;
  };
  const buffers = [buffer(values.a), buffer(values.b), buffer(new Float32Array(m * n))];
  const rivals: Rival[] = [];
  for (const name of FRONT_RUNNERS) {
    const variant = raw.VARIANTS[name];
    if (!variant) continue;
    const rows = (variant.wy ?? 1) * variant.tm;
    const columns = variant.co ? 4 * variant.cg! : variant.wx! * variant.tn!;
    if (m % rows !== 0 || n % columns !== 0 || k % 4 !== 0) continue;
    const code = (variant.co ? raw.coalescedWGSL : raw.gemmWGSL)({ ...size, ...variant });
    const pipeline = await device.createComputePipelineAsync({
      layout: "auto",
      compute: { module: device.createShaderModule({ code }), entryPoint: "main" },
    });
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((bound, binding) => ({ binding, resource: { buffer: bound } })),
    });
    rivals.push({
      name,
      times: [],
      async run(repeats) {
        for (let i = 0; i < repeats; i++) {
          const encoder = device.createCommandEncoder();
          const pass = encoder.beginComputePass();
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, group);
          pass.dispatchWorkgroups(n / columns, m / rows);
          pass.end();
          device.queue.submit([encoder.finish()]);
        }
        await device.queue.onSubmittedWorkDone();
      },
    });
  }
  return {
    rivals,
    free() {
      for (const each of buffers) each.destroy();
    },
  };
}
