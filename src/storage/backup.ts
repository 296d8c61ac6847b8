/**
 * Everything stored, as one file, and back. The file begins with a manifest that names every record and where it lies, so
 * that a damaged record costs nothing but itself, and what is lost can be said by name.
 */
import { messageOf, TiltError } from "../base/errors.ts";
import { frameLength, readFrame, writeFrame } from "./frame.ts";
import type { KeyValue } from "./key-value.ts";
import { CELL, CHECKPOINT, CLASSIFIER, DATASET, MODEL, RUN, SETTING, SWEEP } from "./keys.ts";
import { pack, unpack } from "./portable.ts";
import { storageError } from "./storage-errors.ts";

const FORMAT = "tilt-backup";
const VERSION = 1;

export const KINDS = {
  dataset: DATASET,
  run: RUN,
  checkpoint: CHECKPOINT,
  sweep: SWEEP,
  cell: CELL,
  classifier: CLASSIFIER,
  model: MODEL,
  setting: SETTING,
} as const;
export type RecordKind = keyof typeof KINDS;

/** A record of a backup, as people know it. */
export interface BackupItem {
  readonly kind: RecordKind;
  readonly id: string;
  readonly name: string;
}

export interface LostItem extends BackupItem {
  readonly why: string;
}

export interface RestoredItem extends BackupItem {
  /** Where it was not put back as it lay in the backup: what became of it. */
  readonly remark?: string;
}

export interface Backup {
  readonly blob: Blob;
  /** Records that could not be read, and are not in it. */
  readonly leftOut: readonly LostItem[];
}

export interface RestoreReport {
  readonly restored: readonly RestoredItem[];
  /** What is here already, the same or newer, and was left as it is. */
  readonly kept: readonly BackupItem[];
  readonly lost: readonly LostItem[];
  /** Set when the file is damaged in a way that hides how much is lost. */
  readonly damage: string | null;
}

type Slots = Readonly<Record<string, unknown>>;
interface Line extends BackupItem {
  readonly savedAt: string | null;
  /** Length of the record's frame. */
  readonly bytes: number;
}

const isObject = (value: unknown): value is Slots => typeof value === "object" && value !== null;
const keysOf = (kind: RecordKind, id: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(KINDS[kind]).map(([slot, prefix]) => [slot, prefix + id]));
const savedAtOf = (entry: unknown): string | null =>
  isObject(entry) && typeof entry.savedAt === "string" ? entry.savedAt : null;

const whyOf = (thrown: unknown): string => (thrown instanceof TiltError ? thrown.what : messageOf(thrown));

/** What a record is called: its name where the listing has one. */
function nameOf(kind: RecordKind, id: string, entry: unknown): string {
  const summary = isObject(entry) && isObject(entry.summary) ? entry.summary : {};
  if (kind === "checkpoint") return `checkpoint of ${String(summary.run ?? id)}`;
  return typeof summary.name === "string" && summary.name !== "" ? summary.name : id;
}

/** All ids of a kind. Settings have no listing. */
async function idsOf(records: KeyValue, kind: RecordKind): Promise<string[]> {
  const prefix = kind === "setting" ? SETTING.value : KINDS[kind].entry;
  return (await records.keysUnder(prefix)).map((key) => key.slice(prefix.length));
}

/**
 * Everything as one file. A record that cannot be read costs nothing but itself.
 * @throws TiltError when not even the lists of records can be read
 */
export async function exportAll(records: KeyValue): Promise<Backup> {
  const lines: Line[] = [];
  const frames: Blob[] = [];
  const leftOut: LostItem[] = [];
  const add = async (kind: RecordKind, id: string): Promise<void> => {
    let name = id;
    try {
      const slots: Record<string, unknown> = {};
      // The line of the listing comes first: it has the name.
      for (const [slot, key] of Object.entries(keysOf(kind, id))) {
        const value = await records.get(key);
        if (value !== undefined) slots[slot] = value;
        name = nameOf(kind, id, slots.entry);
      }
      // Deleted by another tab a moment ago.
      if (slots.value === undefined) return;
      const frame = await writeFrame(pack({ kind, id, slots }));
      frames.push(frame);
      lines.push({ kind, id, name, savedAt: savedAtOf(slots.entry), bytes: frame.size });
    } catch (thrown) {
      leftOut.push({ kind, id, name, why: whyOf(thrown) });
    }
  };
  try {
    for (const kind of Object.keys(KINDS) as RecordKind[])
      for (const id of await idsOf(records, kind)) await add(kind, id);
    const manifest = { format: FORMAT, version: VERSION, savedAt: new Date().toISOString(), records: lines };
    const blob = new Blob([await writeFrame(pack(manifest)), ...frames], {
      type: "application/octet-stream",
    });
    return { blob, leftOut };
  } catch (thrown) {
    throw thrown instanceof TiltError ? thrown : storageError(thrown, "the backup");
  }
}

/** The manifest and where the records begin. @throws TiltError when the file is no backup, or a newer one */
async function readManifest(
  file: Blob,
): Promise<{ readonly lines: readonly Line[] | null; readonly start: number }> {
  const remedy = "Choose a file that Tilt's storage panel saved.";
  const first = new TextDecoder().decode(await file.slice(0, 4).arrayBuffer());
  if (first !== "TILT") throw new TiltError("This file is not a backup of Tilt.", { remedy });
  try {
    const frame = await readFrame(file, 0);
    const manifest = await unpack(frame);
    if (!isObject(manifest) || manifest.format !== FORMAT) {
      throw new TiltError("This file is not a backup of Tilt.", { remedy });
    }
    // Before its list is looked at: a newer one may name kinds of records that are not known here.
    if (typeof manifest.version === "number" && manifest.version > VERSION) {
      throw new TiltError("This backup was made by a newer Tilt.", {
        remedy: "Reload the page to get that one.",
      });
    }
    if (!Array.isArray(manifest.records) || !manifest.records.every(isLine)) {
      throw new TiltError("This file is not a backup of Tilt.", { remedy });
    }
    return { lines: manifest.records, start: frame.bytes };
  } catch (thrown) {
    if (thrown instanceof TiltError && thrown.remedy) throw thrown;
    return { lines: null, start: await afterDamage(file) };
  }
}

/** Where the record after a damaged manifest begins: by the manifest's length, else at the next mark. */
async function afterDamage(file: Blob): Promise<number> {
  const head = new DataView(await file.slice(0, 2 ** 24).arrayBuffer());
  const isMark = (at: number): boolean => at + 4 <= head.byteLength && head.getUint32(at) === 0x54494c54;
  const expected = head.byteLength >= 8 ? frameLength(head.getUint32(4, true)) : 0;
  if (isMark(expected) && expected > 0) return expected;
  for (let at = 4; at + 4 <= head.byteLength; at++) if (isMark(at)) return at;
  return file.size;
}

const isLine = (value: unknown): value is Line =>
  isObject(value) &&
  Object.hasOwn(KINDS, String(value.kind)) &&
  typeof value.id === "string" &&
  typeof value.name === "string" &&
  Number.isSafeInteger(value.bytes) &&
  (value.bytes as number) > 0;

/** A record as it lies in the file. */
export interface BackupRecord {
  readonly kind: RecordKind;
  readonly id: string;
  /** What is kept of it, by slot: see keys.ts. `value` is there; `entry` too, a line of a listing, except for settings. */
  readonly slots: Slots;
}

/** A record as it may be put back, and what a person should know where that is not how it lay in the backup. */
export interface Vetted {
  readonly record: BackupRecord;
  readonly remark?: string;
}

/** Looks at a record before it is put back. @throws TiltError when it is not what it says it is */
export type Vet = (record: BackupRecord) => Promise<Vetted>;

/** Whether it can stand in a listing: one line that is not as it should be would keep people from seeing all others. */
function isEntry(value: unknown, id: string): boolean {
  if (!isObject(value) || value.id !== id || !isObject(value.summary)) return false;
  return (
    savedAtOf(value) !== null &&
    Number.isFinite(Date.parse(savedAtOf(value)!)) &&
    Number.isFinite(value.bytes)
  );
}

/** @throws TiltError when it is not a record */
function recordIn(value: unknown): BackupRecord {
  if (
    isObject(value) &&
    typeof value.id === "string" &&
    isObject(value.slots) &&
    value.slots.value !== undefined
  ) {
    const { id, slots } = value;
    const kind = (Object.keys(KINDS) as RecordKind[]).find((known) => known === value.kind);
    const listed = kind === "setting" || isEntry(slots.entry, id);
    if (kind && listed && (kind !== "dataset" || isDataset(slots.value, id))) return { kind, id, slots };
  }
  throw new TiltError("A record of the backup is not as Tilt writes it.");
}

function isDataset(value: unknown, hash: string): boolean {
  return (
    isObject(value) &&
    value.hash === hash &&
    [value.groups, value.unpaired, value.sources, value.problems].every(Array.isArray)
  );
}

/** Whether what is here must stay: it is as new or newer. Settings carry no date, so those that exist stay. */
async function staysHere(records: KeyValue, kind: RecordKind, id: string, incoming: Slots): Promise<boolean> {
  if (kind === "setting") return (await records.get(SETTING.value + id)) !== undefined;
  const incomingAt = savedAtOf(incoming.entry)!;
  if (kind !== "checkpoint") {
    const here = savedAtOf(await records.get(KINDS[kind].entry + id));
    return here !== null && here >= incomingAt;
  }
  // A run has one checkpoint; its steps differ, so other ids of the same run are looked at too.
  const others = await records.valuesUnder(CHECKPOINT.entry + runPart(id));
  return others.some((entry) => (savedAtOf(entry) ?? "") >= incomingAt);
}

const runPart = (checkpoint: string): string => checkpoint.slice(0, checkpoint.lastIndexOf("/") + 1);

async function restore(records: KeyValue, kind: RecordKind, id: string, slots: Slots): Promise<void> {
  const keys = keysOf(kind, id);
  const put = Object.entries(keys).flatMap(([slot, key]) =>
    Object.hasOwn(slots, slot) ? [[key, slots[slot]] as const] : [],
  );
  const written = new Set(put.map(([key]) => key));
  const older =
    kind === "checkpoint"
      ? (
          await Promise.all(
            Object.values(CHECKPOINT).map((prefix) => records.keysUnder(prefix + runPart(id))),
          )
        ).flat()
      : Object.values(keys);
  await records.write({ put, remove: older.filter((key) => !written.has(key)) });
}

/**
 * Puts a backup's records back, each whole or not at all. What is here and as new or newer stays.
 * @param vet what of a record may be put back, for whoever knows what is stored; what it refuses is reported as lost, with its sentence
 * @throws TiltError when the file is no backup, or one of a newer version; damage is in the report instead
 */
export async function importAll(
  records: KeyValue,
  file: Blob,
  vet: Vet = async (record) => ({ record }),
): Promise<RestoreReport> {
  const { lines, start } = await readManifest(file);
  const restored: RestoredItem[] = [];
  const kept: BackupItem[] = [];
  const lost: LostItem[] = [];
  let damage = lines === null ? "The list of records at the file's beginning is damaged." : null;
  let at = start;
  let next = start;
  for (let i = 0; lines ? i < lines.length : at < file.size; i++) {
    const line = lines?.[i];
    if (line) [at, next] = [next, next + line.bytes];
    let found: BackupItem | undefined = line && { kind: line.kind, id: line.id, name: line.name };
    try {
      const frame = await readFrame(file, at);
      at += frame.bytes;
      const record = recordIn(await unpack(frame));
      const { kind, id, slots } = record;
      found = { kind, id, name: nameOf(kind, id, slots.entry) };
      if (await staysHere(records, kind, id, slots)) kept.push(found);
      else {
        const { record: vetted, remark } = await vet(record);
        await restore(records, kind, vetted.id, vetted.slots).catch((thrown: unknown) => {
          throw storageError(thrown, `“${found!.name}”`);
        });
        restored.push({ ...found, id: vetted.id, ...(remark !== undefined && { remark }) });
      }
    } catch (thrown) {
      const why = whyOf(thrown);
      if (found) lost.push({ ...found, why });
      // Without the list, nothing says where the next record would begin.
      if (!lines && !found) {
        damage = `${damage} ${why}`;
        break;
      }
    }
  }
  return { restored, kept, lost, damage };
}
