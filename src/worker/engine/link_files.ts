/** Making and opening links, with what is stored here. */
import { type Problem, TiltError } from "../../base/errors.ts";
import { openSha256, sha256 } from "../../base/sha256.ts";
import { addressOf } from "../../data/address.ts";
import { sampleDigest } from "../../experiment/digest.ts";
import type { RunRecord } from "../../experiment/events.ts";
import {
  decodeLink,
  decodeRecipe,
  encodeLink,
  encodeRecipe,
  type LinkContent,
  MAX_INLINE,
} from "../../experiment/link.ts";
import { linkCard } from "../../experiment/link-card.ts";
import { contentFor, fittingLink, whyNotInline } from "../../experiment/link-for.ts";
import { readRecord } from "../../experiment/read_record.ts";
import { builtinDataset } from "../../experiment/source.ts";
import { type Spec, withFields } from "../../experiment/spec.ts";
import { estimateSeconds } from "../../experiment/work.ts";
import type { DatasetSummary, ImportOutcome, LinkRequest, MadeLink, OpenedLink } from "../api.ts";
import type { Core } from "./core.ts";

/** Stored runs that are looked through for a measured speed, newest first. */
const MEASURED = 20;

export async function makeLink(core: Core, request: LinkRequest): Promise<MadeLink> {
  const { title, page } = request;
  const record = request.run === null ? null : await storedRecord(core, request.run);
  const asked = record?.spec ?? request.spec;
  const fromFile = asked.data.source.startsWith("file:");
  const dataset = fromFile ? await core.shelf.summaryOf(asked.data.source.slice("file:".length)) : null;
  const reading = dataset?.reading;
  const shape = reading?.choices ?? {};
  const files = fromFile ? await (await core.store()).datasets.files(dataset!.hash) : [];
  const notInline = fromFile ? whyNotRows(files, reading) : null;
  const inline = request.inline && fromFile && notInline === null ? await files[0]!.text() : undefined;
  const byAddress = inline === undefined && reading?.origin ? addressed(asked, reading) : null;
  const content = contentFor({
    spec: byAddress ?? asked,
    ...(record && { record }),
    title,
    ...(dataset && { dataset: { ...dataset, sources: dataset.sources.map(({ name }) => name) } }),
    reading: shape,
    ...(inline !== undefined && { inline }),
  });
  const withReading = byAddress && Object.keys(shape).length > 0 ? { ...content, reading: shape } : content;
  const made = await fittingLink(withReading, page);
  const whole = withReading.digest
    ? { ...withReading, digest: sampleDigest(withReading.digest, 12, 64) }
    : withReading;
  return {
    url: made.url,
    length: made.length,
    tooLong: made.tooLong,
    recipe: encodeRecipe(whole),
    evidence: content.digest?.environment ?? null,
    data: !fromFile ? "builtin" : byAddress ? "address" : inline === undefined ? "file" : "inline",
    notInline,
  };
}

const SEVERAL = "Only the rows of a single file that was kept can go into a link.";

/** Why the rows of a file cannot travel in a link; null when they can. */
function whyNotRows(files: readonly Blob[], reading: DatasetSummary["reading"]): string | null {
  const [file] = files;
  if (files.length !== 1 || !file) return SEVERAL;
  const about = reading?.files[0];
  if (about?.gzipped || about?.container === "parquet") return "Only a plain text file can go into a link.";
  return whyNotInline(file.size);
}

/** The spec with the address that its file was fetched from, and the hash of its bytes. */
function addressed(spec: Spec, reading: NonNullable<DatasetSummary["reading"]>): Spec | null {
  const bytes = reading.files[0]?.hash;
  if (!bytes || reading.files.length !== 1 || !reading.origin) return null;
  try {
    return withFields(spec, { "data.source": `url:${reading.origin}`, "data.sha256": bytes });
  } catch {
    return null; // an address that links may not carry
  }
}

export async function openLink(core: Core, address: string): Promise<OpenedLink> {
  const content = await decodeLink(address);
  const store = await core.store();
  const { adapter } = (await core.device.open()).environment;
  const newest = (await store.runs.list()).slice(0, MEASURED);
  const records: RunRecord[] = [];
  for (const { id } of newest) {
    try {
      records.push(readRecord(await store.runs.get(id), id));
    } catch {
      // One that another tab deleted, or that an older Tilt wrote: it measures nothing here.
    }
  }
  return {
    content,
    card: linkCard(content),
    dataset: await datasetHere(core, content),
    estimate: estimateSeconds(content.spec, records, adapter),
  };
}

/** Looks, and makes nothing: built-in data is made when the run begins. */
async function datasetHere(core: Core, { spec, reading = {} }: LinkContent): Promise<string | null> {
  const { source, sha256: bytes } = spec.data;
  if (source.startsWith("builtin:")) return null;
  const wanted = source.startsWith("file:") ? source.slice("file:".length) : addressOf(bytes!, reading);
  const stored = await (await core.store()).datasets.list();
  return stored.some(({ id }) => id === wanted) ? wanted : null;
}

export async function recipeLink(text: string): Promise<string> {
  const content = decodeRecipe(text);
  const { fragment } = await encodeLink(content);
  await decodeLink(fragment);
  return fragment;
}

export async function isLinkedFile(
  { spec, reading = {} }: LinkContent,
  files: readonly File[],
): Promise<{ matches: boolean; sha256: string }> {
  const hashes: string[] = [];
  for (const file of files) hashes.push(await hashOf(file));
  const bytes = hashes.length === 1 ? hashes[0]! : sha256(hashes.map((hash) => `${hash}\n`).join(""));
  const { source, sha256: expected } = spec.data;
  const matches = source.startsWith("url:")
    ? bytes === expected
    : source === `file:${addressOf(bytes, reading)}`;
  return { matches, sha256: bytes };
}

async function hashOf(file: File): Promise<string> {
  const hash = openSha256();
  const reader = file.stream().getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) hash.update(next.value);
  return hash.hex();
}

/** The rows that a link carries, as the file they were. */
export function inlineFile({ inline, file }: LinkContent): File {
  if (inline === undefined || inline.length > MAX_INLINE) throw new TiltError("The link holds no rows.");
  return new File([inline], file ?? "link.jsonl");
}

/** @param actual SHA-256 of what was given */
export function unlike(
  { spec, file, reading }: LinkContent,
  given: readonly { readonly name: string }[],
  actual: string,
): Problem {
  const { source, sha256: bytes } = spec.data;
  const expected = source.startsWith("url:") ? bytes! : source.slice("file:".length);
  const name = file ? ` ${file}` : "";
  return {
    what: "This is not the file in the link.",
    where: given.map((one) => one.name).join(", "),
    remedy: reading
      ? `Its SHA-256 is ${actual.slice(0, 12)}…, which does not fit the link. Ask the sender for the very file${name}.`
      : `Its SHA-256 is ${actual.slice(0, 12)}…, expected ${expected.slice(0, 12)}…. Ask the sender for the very file${name}.`,
  };
}

export function whyNotBuiltin(): ImportOutcome {
  return { ok: false, problem: { what: "Built-in data is made when the run begins." }, problems: [] };
}

async function storedRecord(core: Core, id: string): Promise<RunRecord> {
  const record = readRecord(await (await core.store()).runs.get(id), id);
  if (builtinDataset(record.spec)) core.shelf.builtin(record.spec);
  return record;
}
