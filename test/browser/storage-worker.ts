/** Saves one dataset after the other and says how many are saved, until it is terminated. */
import type { Dataset } from "../../src/data/dataset.ts";
import { openStorage } from "../../src/storage/storage.ts";

self.onmessage = async ({ data: name }: MessageEvent<string>) => {
  const storage = await openStorage(name);
  for (let saved = 1; ; saved++) {
    const dataset: Dataset = {
      name: `killed ${saved}`,
      hash: `k${saved}`,
      format: "trl",
      sources: [],
      target: -1,
      groups: Array.from({ length: 200 }, (_, i) => ({
        id: String(i),
        prompt: "p".repeat(500),
        row: i + 1,
        responses: [],
      })),
      unpaired: [],
      rowsRead: 200,
      problems: [],
      problemsOmitted: 0,
    };
    await storage.datasets.put(dataset);
    self.postMessage(saved);
  }
};
