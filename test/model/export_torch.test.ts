/** Exported models and adapters, read back and run by PyTorch. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { brainToFloat, floatToBrain } from "../../src/base/halves.ts";
import { stream } from "../../src/base/random.ts";
import { type ExportedFile, exportAdapter, exportModel } from "../../src/model/checkpoint/export.ts";
import { pythonWithTorch } from "../setup/python.ts";
import { CAPACITY, openModel, passes } from "./checks.ts";
import { separateSequences } from "./packed.ts";
import { SMALL } from "./small.ts";

const python = pythonWithTorch("exported models are not read back");
const folder = mkdtempSync(join(tmpdir(), "tilt-export-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SEQUENCES = [
  { tokens: [3, 1, 4, 1, 5, 9, 2, 6], promptLength: 3 },
  { tokens: [36, 0, 7], promptLength: 1 },
  { tokens: Array.from({ length: 40 }, (_, i) => (i * 11 + 5) % 37), promptLength: 12 },
];

function save(to: string, files: readonly ExportedFile[]): string {
  for (const { name, bytes } of files) {
    const path = join(folder, to, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return join(folder, to);
}

function byTorch(...folders: string[]): number[] {
  const script = new URL("read_export.py", import.meta.url).pathname;
  const out = execFileSync(python!, ["-B", script, ...folders], {
    encoding: "utf8",
    input: JSON.stringify(SEQUENCES),
  });
  return JSON.parse(out);
}

function expectClose(got: readonly number[], want: readonly number[]): void {
  want.forEach((value, i) => {
    expect(Math.abs(got[i]! - value), `sequence ${i}: ${got[i]} against ${value}`).toBeLessThan(1e-4);
  });
}

const exact = () => createCpuBackend({ precision: "f64" });

describe.skipIf(!python)("PyTorch", () => {
  it.each([
    { tied: true, interleavedRope: false, format: "F32" },
    { tied: false, interleavedRope: true, format: "F32" },
    { tied: false, interleavedRope: false, format: "BF16" },
  ] as const)(
    "reads a model and gives its log-probs: $format, tied $tied, interleaved $interleavedRope",
    async ({ tied, interleavedRope, format }) => {
      const backend = exact();
      const model = openModel(backend, { ...SMALL, tied, interleavedRope });
      spread(model.weights);
      const { logps } = await passes(backend, model, [separateSequences(SEQUENCES)]);
      const files = await exportModel(model, format);
      expectClose(byTorch(save(`${format} ${tied}`, files)), logps);
    },
  );

  it.each([false, true])("reads an adapter over its model, interleaved %s", async (interleavedRope) => {
    const backend = exact();
    const lora = {
      rank: 3,
      alpha: 6,
      targets: ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    } as const;
    const config = { ...SMALL, interleavedRope };
    const model = openModel(backend, config, { train: "adapters", lora, capacity: CAPACITY });
    spread(model.weights);
    const base = save(`base ${interleavedRope}`, await exportModel(model));
    const before = await passes(backend, model, [separateSequences(SEQUENCES)]);
    const random = stream(6, "adapters");
    for (const { name, length } of model.adapters!.layout.weights.values()) {
      model.adapters!.set(
        name,
        Float32Array.from({ length }, () => 0.2 * random.normal()),
      );
    }
    const { logps } = await passes(backend, model, [separateSequences(SEQUENCES)]);
    const adapter = save(`adapter ${interleavedRope}`, await exportAdapter(model, "base"));
    expectClose(byTorch(base, adapter), logps);
    expect(Math.abs(before.logps[2]! - logps[2]!)).toBeGreaterThan(0.05);
  });
});

/** Weights large enough that a wrong order of rows or columns shows, and that every format holds. */
function spread(pool: ReturnType<typeof openModel>["weights"]): void {
  const random = stream(2, "spread");
  for (const { name, length } of pool.layout.weights.values()) {
    const [middle, width] = /norm/.test(name) ? [1, 0.2] : [0, 0.3];
    pool.set(
      name,
      Float32Array.from({ length }, () => brainToFloat(floatToBrain(middle + width * random.normal()))),
    );
  }
}
