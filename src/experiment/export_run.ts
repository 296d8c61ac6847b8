/** A finished run's policy as files, opened again from the weights that were kept. */
import type { Backend } from "../backend/backend.ts";
import { TiltError } from "../base/errors.ts";
import type { ExportedFile } from "../model/checkpoint/export.ts";
import type { Finished } from "./judge_run.ts";
import { exportPolicy } from "./policy_export.ts";
import { loraConfig, openModel } from "./policy_model.ts";
import { prepare } from "./prepare.ts";

/**
 * @param what "adapter": the adapter alone, in PEFT's layout
 * @throws TiltError when the run trained no adapter
 */
export async function exportRun(
  backend: Backend,
  { spec, dataset, weights, pretrained }: Omit<Finished, "id">,
  what: "model" | "adapter",
): Promise<ExportedFile[]> {
  if (what === "adapter" && !loraConfig(spec)) {
    throw new TiltError("This run trained the weights themselves, not an adapter.", {
      where: "train.loraRank",
      remedy: "Save the model, or run again with a LoRA rank above 0.",
    });
  }
  const prepared = await prepare(spec, dataset, new AbortController().signal, pretrained);
  const model = openModel(backend, spec, prepared, { tokens: 1, rows: 1, responses: 1 }, "align");
  try {
    model.weights.load(weights.reference);
    backend.write(model.trained!.parameters, weights.trained);
    const files = await exportPolicy(model, spec, prepared);
    const adapter = "adapter/";
    return what === "model"
      ? files
      : files
          .filter(({ name }) => name.startsWith(adapter))
          .map(({ name, bytes }) => ({ name: name.slice(adapter.length), bytes }));
  } finally {
    model.free();
  }
}
