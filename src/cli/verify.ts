/** `tilt verify`: runs what a link describes and says whether the result is the one it promised. */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { messageOf, TiltError } from "../base/errors.ts";
import { addressOf } from "../data/address.ts";
import type { Dataset } from "../data/dataset.ts";
import { importFiles } from "../data/import.ts";
import type { FileInput } from "../data/options.ts";
import { modelsFor, type RunModels } from "../experiment/builtin_models.ts";
import { type Check, checkRun } from "../experiment/check.ts";
import { createControl } from "../experiment/control.ts";
import type { RunRecord } from "../experiment/events.ts";
import { createLab } from "../experiment/lab.ts";
import { decodeLink, decodeRecipe, isLink, isRecipe, type LinkContent, needsOf } from "../experiment/link.ts";
import { linkCard } from "../experiment/link-card.ts";
import { modelName } from "../experiment/model_names.ts";
import { openPretrained } from "../experiment/pretrained.ts";
import { builtinDataset } from "../experiment/source.ts";
import { readBuiltinFile } from "./builtin_files.ts";
import { openCommandBackend } from "./gpu.ts";
import { openInput } from "./input.ts";
import { filesOfModel } from "./model_folder.ts";

const USAGE = "npm run tilt -- verify LINK --data FILE";

/** @param args words after `verify` @returns 0 when the run gives what the link says, 1 when it does not or nobody can tell */
export async function verify(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      data: { type: "string", multiple: true },
      model: { type: "string" },
      fetch: { type: "boolean", default: false },
      backend: { type: "string", default: "webgpu" },
      json: { type: "string" },
    },
  });
  const [link] = positionals;
  if (!link || positionals.length > 1)
    throw new TiltError("Give one link, in quotes, or one recipe file.", { remedy: USAGE });
  const content = await contentOf(link);
  tell(content);
  const dataset = await datasetOf(content, values.data ?? [], values.fetch);
  const models = await modelsOf(content, values.model);

  const { backend, environment } = await openCommandBackend(values.backend);
  const control = createControl();
  process.once("SIGINT", () => control.stop());
  const record = await createLab(backend, environment).run({
    spec: content.spec,
    dataset,
    control,
    ...models,
    emit: (event) => {
      if (event.kind === "stage" && event.done === 0) console.error(`${event.stage}: ${event.note}`);
    },
  });
  backend.destroy();
  const check = content.digest && record.outcome === "done" ? checkRun(record, content.digest) : null;
  const json = `${JSON.stringify(outcome(record, check), null, 2)}\n`;
  if (values.json === undefined) process.stdout.write(json);
  else await writeFile(values.json, json);
  console.error(sentenceOf(record, check));
  const verdict = check?.comparison.verdict;
  return verdict === "bit-identical" || verdict === "within tolerance" ? 0 : 1;
}

/** A link as given, or what a recipe file holds. */
async function contentOf(link: string): Promise<LinkContent> {
  const fragment = link.slice(link.indexOf("#") + 1);
  if (link.includes("#") || isLink(fragment)) return decodeLink(link);
  let text: string;
  try {
    text = await readFile(link, "utf8");
  } catch (thrown) {
    throw new TiltError(`This is neither a link nor a file that can be read: ${messageOf(thrown)}`, {
      where: link,
      remedy: `Put the link in quotes, from the # on: ${USAGE}`,
    });
  }
  if (!isRecipe(text)) return decodeLink(text.trim());
  return decodeRecipe(text);
}

/** The card, on the error stream: what is about to run. */
function tell(content: LinkContent): void {
  const { title, data, model, work, changes, computedOn, notes } = linkCard(content);
  if (title !== null) console.error(`“${title}” (words of the link's author)`);
  console.error(`Data: ${data}\nModel: ${model}\nWork: ${work}`);
  for (const { text } of changes) console.error(`  ${text}`);
  for (const note of notes) console.error(note);
  if (computedOn) console.error(`Numbers from: ${Object.values(computedOn).join(", ")}`);
}

/** The data that the link names: made, taken out of the link, read from files, or fetched when told to. */
async function datasetOf(
  content: LinkContent,
  files: readonly string[],
  mayFetch: boolean,
): Promise<Dataset> {
  const { spec, inline, reading } = content;
  const made = builtinDataset(spec);
  if (made) return made;
  if (spec.data.source === "builtin:plane") {
    throw new TiltError("A link to the Plane world shows settings in Play; it promises no numbers.", {
      where: "data.source",
      remedy: "Open it in the page.",
    });
  }
  const { fetches, file } = needsOf(content);
  const expected = fetches === null ? spec.data.source.slice("file:".length) : spec.data.sha256!;
  let inputs: FileInput[];
  if (files.length > 0) inputs = await Promise.all(files.map(openInput));
  else if (inline !== undefined)
    inputs = [inMemory(content.file ?? "link.jsonl", new TextEncoder().encode(inline))];
  else if (fetches !== null && mayFetch) inputs = [await download(fetches)];
  else if (fetches !== null) {
    throw new TiltError(`The link's data is at ${fetches}.`, {
      where: "data.source",
      remedy: "Add --fetch to download it, or name a file you have with --data.",
    });
  } else {
    throw new TiltError(`The link's data is a file${file?.name ? `, ${file.name}` : ""}.`, {
      where: `SHA-256 ${expected}`,
      remedy: "Name it with --data.",
    });
  }
  const { dataset: read } = await importFiles(inputs, reading);
  // An address's hash is that of its bytes; a file's also knows how it was read.
  const dataset = fetches === null ? { ...read, hash: addressOf(read.hash, reading ?? {}) } : read;
  if (dataset.hash !== expected) {
    throw new TiltError("This file is not the one in the link.", {
      where: inputs.map(({ name }) => name).join(", "),
      remedy: `Its SHA-256 is ${dataset.hash}; expected ${expected}.`,
    });
  }
  return dataset;
}

async function download(address: string): Promise<FileInput> {
  const answer = await fetch(address);
  if (!answer.ok) throw new TiltError(`The server answered ${answer.status}.`, { where: address });
  const name = decodeURIComponent(new URL(address).pathname.split("/").at(-1) ?? "") || "download";
  return inMemory(name, new Uint8Array(await answer.arrayBuffer()));
}

function inMemory(name: string, bytes: Uint8Array<ArrayBuffer>): FileInput {
  const blob = new Blob([bytes]);
  return {
    name,
    size: bytes.length,
    stream: () => blob.stream(),
    slice: (start, end) => blob.slice(start, end),
  };
}

/** The pretrained models that the spec names: Tilt's own, or from --model. */
async function modelsOf({ spec }: LinkContent, folder: string | undefined): Promise<RunModels> {
  const own = await modelsFor(spec, readBuiltinFile);
  if (modelName(spec) === "" || own.pretrained || spec.data.source === "builtin:plane") return own;
  if (folder === undefined) {
    throw new TiltError(`The link's model is ${spec.model.pretrained}.`, {
      where: "model.pretrained",
      remedy: "Name its folder with --model.",
    });
  }
  const model = await openPretrained(await filesOfModel(folder));
  if (spec.model.pretrained.startsWith("file:") && model.id !== spec.model.pretrained) {
    throw new TiltError("This model is not the one in the link.", {
      where: folder,
      remedy: `Its weights are ${model.id}; expected ${spec.model.pretrained}.`,
    });
  }
  return modelsFor(spec, readBuiltinFile, model);
}

/** What a script reads: the verdict, both environments, and the difference of every metric compared. */
function outcome(record: RunRecord, check: Check | null) {
  const { comparison } = check ?? {};
  return {
    verdict: comparison?.verdict ?? "not compared",
    text: sentenceOf(record, check),
    outcome: record.outcome,
    expected: check && { digest: check.expected.hash, ...check.expected.environment },
    actual: { digest: record.digest, ...(check?.actual ?? record.environment) },
    tolerance: comparison?.tolerance ?? null,
    partsAt: comparison?.partsAt ?? null,
    // JSON knows no infinity: a metric that is finite on one side only.
    metrics: comparison?.metrics.map((one) => ({
      ...one,
      largest: Number.isFinite(one.largest) ? one.largest : "finite on one side only",
    })),
    missing: comparison?.missing,
    seconds: record.seconds,
    specHash: record.specHash,
    spec: record.spec,
  };
}

function sentenceOf(record: RunRecord, check: Check | null): string {
  if (record.outcome !== "done") return `The run ${record.outcome}. ${record.problem?.what ?? ""}`.trim();
  return check?.comparison.text ?? "Not compared: the link promises no numbers.";
}
