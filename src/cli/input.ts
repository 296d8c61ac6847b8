/** The data of a command: files named on it, opened and imported, with their problems told, or what the spec makes. */
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { TiltError } from "../base/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import { importFiles } from "../data/import.ts";
import type { FileInput, ReadChoices } from "../data/options.ts";
import { builtinDataset } from "../experiment/source.ts";
import type { Spec } from "../experiment/spec.ts";

/** A file on disk; Parquet is read piece by piece. Nothing stays open between reads. */
export async function openInput(file: string): Promise<FileInput> {
  const { size } = await stat(file);
  const piece = async (start: number, end: number): Promise<ArrayBuffer> => {
    const handle = await open(file);
    try {
      const bytes = new Uint8Array(Math.min(end, size) - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
      return bytes.slice(0, bytesRead).buffer;
    } finally {
      await handle.close();
    }
  };
  return {
    name: basename(file),
    size,
    stream: () => Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array<ArrayBuffer>>,
    slice: (start, end) => ({ arrayBuffer: () => piece(start, end) }),
  };
}

/** Imports files as one dataset and says on the error stream what was left out. */
export async function readDataset(inputs: readonly FileInput[], choices: ReadChoices = {}): Promise<Dataset> {
  const { dataset, counts, notes } = await importFiles(inputs, choices);
  // What ends a file comes before what is wrong with its rows.
  const problems = dataset.problems.toSorted(
    (a, b) => Number(a.row !== undefined) - Number(b.row !== undefined),
  );
  for (const problem of problems.slice(0, 20)) {
    const place = [problem.file, problem.line ? `line ${problem.line}` : "", problem.field]
      .filter(Boolean)
      .join(", ");
    console.error(`${place}: ${problem.what}`);
  }
  for (const note of notes) console.error(note);
  console.error(`${counts.rowsKept} of ${counts.rowsRead} rows kept, ${counts.rowsLeftOut} left out.`);
  return dataset;
}

/**
 * The dataset of a spec: the built-in one that it describes, or else what was given.
 * @throws TiltError when it is neither
 */
export function datasetFor(spec: Spec, given: Dataset | undefined): Dataset {
  const { source } = spec.data;
  const dataset = builtinDataset(spec) ?? given;
  if (dataset) return dataset;
  if (source === "builtin:plane") {
    throw new TiltError("Plane is trained in the page only: in Play and in the lessons.", {
      where: "data.source",
      remedy: "Run npm start, or see its ratios with: npm run tilt -- ratio plane.",
    });
  }
  throw new TiltError(`The spec asks for ${source}.`, {
    where: "data.source",
    remedy: "Name the file with --data.",
  });
}
