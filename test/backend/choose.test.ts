/** Choosing between an op's kernels, without a device. */
import { describe, expect, it, vi } from "vitest";
import { scalar } from "../../src/backend/backend.ts";
import { untyped } from "../../src/backend/contract.ts";
import { createChooser, fittingKernels } from "../../src/backend/webgpu/choose.ts";
import { matmulNt } from "../../src/ops/matmul.ts";

const op = untyped(matmulNt);
const with_ = new Set(["subgroups"]);
const without = new Set<string>();
const size = { m: 100, n: 100, k: 64, accumulate: 0 };
const emulated = { emulated: true };
const gpu = { emulated: false };
const ids = (kernels: readonly { id?: string }[]) => kernels.map(({ id }) => id);

describe("fittingKernels", () => {
  it("leaves out kernels whose features the device lacks", () => {
    expect(ids(fittingKernels(op, size, without))).toEqual(["shared", "plain"]);
  });

  it("leaves out kernels whose multiples a size breaks", () => {
    expect(ids(fittingKernels(op, { ...size, k: 63 }, with_))).toEqual(["shared", "plain"]);
    expect(ids(fittingKernels(op, size, with_))).toEqual([
      "quads_flat",
      "quads_tall",
      "quads",
      "shared",
      "plain",
    ]);
  });

  it("does not trust a size that may change between runs, unless nothing is asked of it", () => {
    expect(ids(fittingKernels(op, { ...size, k: scalar("depth", 64) }, with_))).not.toContain("quads");
    expect(ids(fittingKernels(op, { ...size, m: scalar("rows", 100) }, with_))).toContain("quads");
  });
});

describe("createChooser", () => {
  it("takes quads on emulated adapters, workgroup memory on GPUs, registers for small products there", async () => {
    expect((await createChooser(with_, emulated).choose(op, size)).id).toBe("quads");
    expect((await createChooser(with_, emulated).choose(op, { ...size, m: 2 })).id).toBe("quads_flat");
    expect((await createChooser(with_, emulated).choose(op, { ...size, m: 4096, n: 512 })).id).toBe(
      "quads_tall",
    );
    expect((await createChooser(with_, gpu).choose(op, size)).id).toBe("shared");
    expect((await createChooser(with_, gpu).choose(op, { ...size, m: 2 })).id).toBe("plain");
  });

  it("takes what was given, unless it would be wrong here", async () => {
    const given = { "matmul_nt 128x128x64": "quads" };
    expect((await createChooser(with_, gpu, given).choose(op, size)).id).toBe("quads");
    expect((await createChooser(without, gpu, given).choose(op, size)).id).toBe("shared");
    expect((await createChooser(with_, gpu, given).choose(op, { ...size, k: 63 })).id).toBe("shared");
  });

  it("measures each class of shapes once, and records the fastest", async () => {
    const stopwatch = vi.fn(async () => [5, 4, 3, 2, 1]);
    const chooser = createChooser(with_, gpu, {}, stopwatch);
    const kernels = await Promise.all([size, { ...size, m: 90 }].map((params) => chooser.choose(op, params)));
    expect(ids(kernels)).toEqual(["plain", "plain"]);
    expect(stopwatch).toHaveBeenCalledTimes(1);
    expect(chooser.choices).toEqual({ "matmul_nt 128x128x64": "plain" });
  });

  it("keeps the earlier kernel when the difference is noise", async () => {
    const chooser = createChooser(with_, gpu, {}, async () => [1, 0.99, 0.985, 0.98, 0.98]);
    expect((await chooser.choose(op, size)).id).toBe("quads_flat");
  });
});
