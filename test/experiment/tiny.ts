/** The smallest experiment that goes through every stage. */
import type { Backend } from "../../src/backend/backend.ts";
import { createControl } from "../../src/experiment/control.ts";
import { environmentOf } from "../../src/experiment/environment.ts";
import type { RunEvent, RunRecord } from "../../src/experiment/events.ts";
import type { Lab } from "../../src/experiment/job.ts";
import { createLab } from "../../src/experiment/lab.ts";
import { builtinDataset } from "../../src/experiment/source.ts";
import { parseSpec, type Spec, withFields } from "../../src/experiment/spec.ts";

export function tinySpec(changes: Parameters<typeof withFields>[1] = {}): Spec {
  const base = parseSpec({
    data: { groups: 60, maxTokens: 40, shift: 1 },
    ratio: { folds: 3, steps: 20, hidden: 4, hashBits: 8 },
    model: { dim: 16, layers: 1, heads: 2, kvHeads: 2, hidden: 24 },
    sft: { steps: 4, batch: 4 },
    train: { steps: 4, batch: 6, evalEvery: 2, lr: 0.01 },
    eval: { groups: 8 },
  });
  return withFields(base, changes);
}

export function labOn(backend: Backend): Lab {
  return createLab(backend, environmentOf(backend.info, "test"));
}

export async function runTiny(
  lab: Lab,
  spec: Spec,
  emit: (event: RunEvent) => void = () => {},
): Promise<RunRecord> {
  return lab.run({ spec, dataset: builtinDataset(spec)!, control: createControl(), emit });
}
