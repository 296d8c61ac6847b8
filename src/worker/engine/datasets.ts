/** Datasets: listing them, saying which source is the target. */
import { TiltError } from "../../base/errors.ts";
import { applySourceRule, withTarget } from "../../data/sources.ts";
import { defaultSpec } from "../../experiment/spec.ts";
import type { DatasetApi } from "../api.ts";
import type { Core } from "./core.ts";

export function datasetCalls({ store, shelf }: Pick<Core, "store" | "shelf">): DatasetApi {
  return {
    async datasets() {
      const records = await store();
      shelf.builtin(defaultSpec());
      const made = shelf
        .builtins()
        .slice(0, 1)
        .map(({ hash }) => hash);
      const stored = (await records.datasets.list()).map(({ id }) => id);
      // One that another tab deletes in this moment is not worth an error.
      const all = [...made, ...stored].map((hash) => shelf.summaryOf(hash).catch(() => null));
      return (await Promise.all(all)).filter((one) => one !== null);
    },

    async deleteDataset(hash) {
      shelf.drop(hash);
      await (await store()).datasets.delete(hash);
    },

    async setTarget(hash, target) {
      const dataset = await shelf.find(hash);
      const name = dataset.sources[target];
      if (name === undefined)
        throw new TiltError(`There is no source number ${target}.`, { where: dataset.name });
      return shelf.replace(withTarget(dataset, name), { target: name });
    },

    async preferredIsTarget(hash) {
      const sourceRule = { kind: "preferred-is-target" } as const;
      return shelf.replace(applySourceRule(await shelf.find(hash), sourceRule), { sourceRule });
    },
  };
}
