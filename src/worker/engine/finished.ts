/** Stored runs with the weights that they kept. */
import { TiltError } from "../../base/errors.ts";
import type { RunRecord } from "../../experiment/events.ts";
import type { TrainedWeights } from "../../experiment/job.ts";
import type { Finished } from "../../experiment/judge_run.ts";
import { readSpec } from "../../experiment/migrate.ts";
import { builtinDataset } from "../../experiment/source.ts";
import type { Core } from "./core.ts";
import { modelsOf } from "./models.ts";

/** @throws TiltError when the run is not stored, or kept no weights */
export async function finishedRun(
  { store, shelf }: Pick<Core, "store" | "shelf">,
  id: string,
): Promise<Finished> {
  const records = await store();
  const record = (await records.runs.get(id)) as RunRecord | null;
  if (!record) throw new TiltError("This run is not stored here.", { where: id, remedy: "Run it again." });
  const weights = (await records.runs.beside(id, "weights")) as TrainedWeights | null;
  if (!weights) {
    throw new TiltError("This run kept no weights, so it can write nothing.", {
      where: record.name,
      remedy: "Run it again; runs that end by themselves keep theirs.",
    });
  }
  const spec = readSpec(record.spec);
  const { pretrained } = await modelsOf(spec, store);
  // Worlds are made for the occasion: a shelf of every seed's data would fill the memory.
  const dataset = builtinDataset(spec) ?? (await shelf.forSpec(spec));
  return { id, spec, dataset, weights, ...(pretrained && { pretrained }) };
}
