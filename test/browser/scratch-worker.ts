/** Reads a file of rows with their texts away from memory, keeps them, and tells what it reads when asked. */
import type { Dataset } from "../../src/data/dataset.ts";
import { importFiles } from "../../src/data/import.ts";
import { openStorage } from "../../src/storage/storage.ts";

let dataset: Dataset | null = null;

const answers = {
  async read(name: string, file: File) {
    const storage = await openStorage(name);
    const room = await storage.datasets.openRoom(file.size);
    ({ dataset } = await importFiles([file], { room }));
    await storage.datasets.put(dataset);
    return { away: room !== null, hash: dataset.hash };
  },
  async load(name: string, hash: string) {
    dataset = await (await openStorage(name)).datasets.get(hash);
    return null;
  },
  async say(index: number) {
    const { prompt, responses } = dataset!.groups[index]!;
    return [prompt, ...responses.map(({ text }) => text)];
  },
};

self.onmessage = async ({ data: [call, ...given] }: MessageEvent<[keyof typeof answers, never, never]>) => {
  try {
    self.postMessage({ answer: await answers[call](...(given as [never, never])) });
  } catch (thrown) {
    self.postMessage({ problem: String(thrown) });
  }
};
