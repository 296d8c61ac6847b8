/** Whether a record of a backup is what its kind is: what is put back is listed and opened like what was saved here. */
import { TiltError } from "../../base/errors.ts";
import { readSpec } from "../../experiment/migrate.ts";
import type { BackupRecord, Vetted } from "../../storage/backup.ts";
import type { OpenRoom } from "../../storage/large.ts";

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number";
const isBlob: Check = (value) => value instanceof Blob;
const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const list =
  (of: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(of);
const optional =
  (of: Check): Check =>
  (value) =>
    value === undefined || of(value);
const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(checks).every(([name, check]) => check(value[name]));
const named = (texts: readonly string[], numbers: readonly string[] = []): Record<string, Check> => ({
  ...Object.fromEntries(texts.map((name) => [name, isText])),
  ...Object.fromEntries(numbers.map((name) => [name, isNumber])),
});

const RESPONSE = fields({
  text: isText,
  source: isNumber,
  score: (value) => value === null || isNumber(value),
});
const DATASET = fields({
  ...named(["name", "format"], ["target", "rowsRead", "problemsOmitted"]),
  sources: list(isText),
  problems: list(isObject),
  groups: list(fields({ ...named(["id", "prompt"], ["row"]), responses: list(RESPONSE) })),
  unpaired: list(isObject),
});
const DATASET_SUMMARY = fields({
  ...named(
    ["hash", "name", "format"],
    ["target", "groups", "pairs", "responses", "rowsRead", "rowsLeftOut", "problemsOmitted"],
  ),
  sources: list(fields(named(["name"], ["responses", "meanWords"]))),
  problems: list(isObject),
  notes: list(isText),
  judged: optional(isNumber),
  reading: optional(fields({ files: list(isObject), examples: list(isObject), counts: isObject })),
});
const RUN_SUMMARY = fields(
  named(["id", "name", "strategy", "datasetHash", "startedAt", "outcome", "digest"]),
);
const RUN = fields({
  ...named(["id", "name", "datasetHash", "datasetName", "startedAt", "outcome", "digest"]),
  spec: canBeRead,
  units: list(isObject),
  lastWeights: list((value) => value === null || isNumber(value)),
  ...Object.fromEntries(["sft", "train", "evaluation"].map((name) => [name, list(isObject)])),
});
const KEPT_STATE = fields({
  ...named(["run", "name", "strategy", "datasetHash"], ["step", "of"]),
  rest: list(isText),
});
const MODEL_SUMMARY = fields({
  ...named(["id", "name", "savedAt"], ["parameters", "vocabulary", "dim", "layers", "heads", "kvHeads"]),
  files: list(fields(named(["name"], ["bytes"]))),
});

/** Whether the target is one of the sources, or none (-1). */
const hasTarget = ({ target, sources }: Fields): boolean =>
  Number.isInteger(target) && Number(target) >= -1 && Number(target) < (sources as readonly unknown[]).length;

/** Whether it says itself that it is the record of this id: listings go by what it says. */
const isOf = (id: string, value: unknown, name = "id"): boolean => isObject(value) && value[name] === id;

function canBeRead(spec: unknown): boolean {
  try {
    readSpec(spec);
    return true;
  } catch {
    return false;
  }
}

const CHECKS: Readonly<
  Record<BackupRecord["kind"], (value: unknown, summary: unknown, slots: Fields, id: string) => boolean>
> = {
  dataset: (value, stub, { about = null }, id) =>
    DATASET(value) &&
    hasTarget(value as Fields) &&
    fields(named(["name"]))(stub) &&
    (about === null || (DATASET_SUMMARY(about) && isOf(id, about, "hash"))),
  run: (value, summary, _, id) => RUN(value) && RUN_SUMMARY(summary) && isOf(id, value) && isOf(id, summary),
  checkpoint: (value, stub) =>
    isObject(value) && fields({ ...named(["run"], ["step"]), about: optional(KEPT_STATE) })(stub),
  sweep: (value, summary, _, id) =>
    isObject(value) &&
    fields(named(["id", "name", "createdAt", "status"], ["cells", "done"]))(summary) &&
    isOf(id, summary),
  cell: (value, summary) => isObject(value) && fields(named(["name"]))(summary),
  classifier: (value, summary) => isObject(value) && fields(named(["name"]))(summary),
  model: (value, summary, _, id) =>
    list(fields({ name: isText, blob: isBlob }))(value) && MODEL_SUMMARY(summary) && isOf(id, summary),
  setting: () => true,
};

/** @returns whether all that listings read of it is there; what is deeper is looked at when it is opened */
export function isRestorable({ kind, id, slots }: BackupRecord): boolean {
  const summary = isObject(slots.entry) ? slots.entry.summary : undefined;
  return CHECKS[kind](slots.value, summary, slots, id);
}

/** What of a record may be put back. @throws TiltError, in a sentence, when nothing may */
export async function vet(record: BackupRecord, openRoom: OpenRoom): Promise<Vetted> {
  if (!isRestorable(record)) throw new TiltError("It is not as Tilt writes it.");
  const { kind } = record;
  if (kind !== "dataset" && kind !== "model") return { record };
  // Reading files again takes the readers, which few visits need.
  const { vouchedDataset, vouchedModel } = await import("./vouched.ts");
  return kind === "dataset" ? vouchedDataset(record, openRoom) : vouchedModel(record);
}
