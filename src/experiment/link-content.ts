/** What a link or a recipe file carries: an experiment, where its data is, and what running it should give. */
import * as v from "valibot";
import { TiltError } from "../base/errors.ts";
import { sha256 } from "../base/sha256.ts";
import { addressOf } from "../data/address.ts";
import type { Mapping } from "../data/mapping.ts";
import type { ReadChoices } from "../data/options.ts";
import { canonicalSpec } from "./canonical.ts";
import type { Digest } from "./digest.ts";
import { migrateSpec } from "./migrate.ts";
import { clip, isPlainObject, type Plain, plainCopy, shown } from "./plain.ts";
import { parseSpec, type Spec } from "./spec.ts";

export interface LinkContent {
  readonly spec: Spec;
  /** A name for people. */
  readonly title?: string;
  /** Name of the file that has the hash in `data.source`, so that the reader knows which one to drop. */
  readonly file?: string;
  /** How the file is to be read, where that was not left to a guess. */
  readonly reading?: ReadChoices;
  /** What the run should give; its curves are a sample. */
  readonly digest?: Digest;
  /** The text of a small dataset, only when the sender ticked it. Its SHA-256 is the one in `data.source`. */
  readonly inline?: string;
  /** Show only the playground, for an iframe. */
  readonly embed?: boolean;
  /** Paths of controls that the page hides. */
  readonly hide?: readonly string[];
  /** What migrations changed on the way from an older version. Written by reading, ignored by writing. */
  readonly notes?: readonly string[];
}

/** Most characters of inline data. */
export const MAX_INLINE = 60_000;

const HASH = /^[0-9a-f]{64}$/;
const word = (length: number) => v.pipe(v.string(), v.maxLength(length));
// null stands for a value that JSON cannot write: NaN or an infinity.
const value = v.union([v.pipe(v.number(), v.finite()), v.null()]);
const step = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const curve = v.pipe(
  v.strictObject({
    name: word(200),
    steps: v.pipe(v.array(step), v.maxLength(64)),
    values: v.pipe(v.array(value), v.maxLength(64)),
  }),
  v.check(({ steps, values }) => steps.length === values.length),
);

const column = word(200);
const columns = v.pipe(v.array(column), v.maxLength(64));
/** The members of the importer's `Mapping`. */
const MAPPING = {
  prompt: v.exactOptional(column),
  chosen: v.exactOptional(column),
  rejected: v.exactOptional(column),
  responses: v.exactOptional(columns),
  response: v.exactOptional(column),
  scores: v.exactOptional(columns),
  lowerIsBetter: v.exactOptional(v.boolean()),
  better: v.exactOptional(column),
  label: v.exactOptional(column),
  sourceColumns: v.exactOptional(columns),
  sources: v.exactOptional(columns),
  probs: v.exactOptional(columns),
  weight: v.exactOptional(column),
  sourceFromFile: v.exactOptional(v.boolean()),
  target: v.exactOptional(column),
} satisfies Record<keyof Mapping, unknown>;

const contentSchema = v.strictObject({
  spec: v.record(v.string(), v.unknown()),
  title: v.optional(word(120)),
  file: v.optional(word(200)),
  digest: v.optional(
    v.strictObject({
      hash: v.pipe(v.string(), v.regex(HASH)),
      environment: v.strictObject({
        backend: word(40),
        adapter: word(200),
        engine: word(80),
        variant: v.exactOptional(word(200)),
      }),
      curves: v.pipe(v.array(curve), v.maxLength(12)),
    }),
  ),
  reading: v.optional(
    v.strictObject({
      format: v.exactOptional(word(40)),
      mapping: v.exactOptional(v.strictObject(MAPPING)),
      template: v.exactOptional(v.picklist(["as-is", "plain", "hh", "chatml"])),
      sourceRule: v.exactOptional(
        v.variant("kind", [
          v.strictObject({ kind: v.literal("file") }),
          v.strictObject({
            kind: v.literal("preferred-is-target"),
            target: v.exactOptional(column),
            other: v.exactOptional(column),
          }),
          v.strictObject({ kind: v.literal("by-position"), names: columns }),
          v.strictObject({
            kind: v.literal("text"),
            pattern: column,
            regex: v.exactOptional(v.boolean()),
            not: v.exactOptional(v.boolean()),
            target: v.exactOptional(column),
            other: v.exactOptional(column),
          }),
          v.strictObject({
            kind: v.literal("score"),
            atLeast: v.pipe(v.number(), v.finite()),
            target: v.exactOptional(column),
            other: v.exactOptional(column),
          }),
        ]),
      ),
      targetFile: v.exactOptional(
        v.strictObject({
          index: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1000)),
          prompt: v.exactOptional(column),
          response: v.exactOptional(column),
          target: v.exactOptional(column),
        }),
      ),
      target: v.exactOptional(column),
      targetPreferred: v.exactOptional(v.boolean()),
      passages: v.exactOptional(v.boolean()),
      minScoreRatio: v.exactOptional(v.pipe(v.number(), v.finite(), v.minValue(1))),
    }),
  ),
  embed: v.optional(v.boolean()),
  hide: v.optional(v.pipe(v.array(word(80)), v.maxLength(100))),
});

/** What each part must be, for messages. */
const ALLOWED: Readonly<Record<string, string>> = {
  spec: "an experiment's settings",
  title: "a text of at most 120 characters",
  file: "a file name of at most 200 characters",
  reading: "the columns of the file and how prompts are laid out",
  digest: "a SHA-256 of 64 hexadecimal digits with its environment and at most 12 short curves",
  embed: "true or false",
  hide: "at most 100 names of settings",
  inline: `a text of at most ${MAX_INLINE} characters`,
};

/** The content as plain JSON; `contentFrom` reads it back. Checks what it writes. */
export function contentToPlain(content: LinkContent): { [key: string]: Plain } {
  const { spec, notes: _, digest, ...rest } = content;
  checkData(spec, content.inline, content.reading);
  const plain: { [key: string]: Plain } = { spec: canonicalSpec(spec) };
  for (const [key, member] of Object.entries(rest)) {
    if (member !== undefined && member !== false) plain[key] = member as Plain;
  }
  if (digest) {
    const curves = digest.curves.map(({ name, steps, values }) => ({
      name,
      steps: [...steps],
      values: values.map((x) => (Number.isFinite(x) ? x : null)),
    }));
    plain.digest = { hash: digest.hash, environment: { ...digest.environment }, curves };
  }
  contentFrom(plain);
  return plain;
}

/**
 * Checks content that came from outside and completes its spec. Nothing is fetched or run.
 * @throws TiltError naming the part, what it is, and what it may be
 */
export function contentFrom(input: unknown): LinkContent {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new TiltError(`The link holds ${shown(input)}, not an experiment.`, WHERE);
  }
  const { inline, ...small } = input as { inline?: unknown };
  if (inline !== undefined && (typeof inline !== "string" || inline.length > MAX_INLINE)) {
    throw misfit("inline", typeof inline === "string" ? `${inline.length} characters long` : shown(inline));
  }
  const plain = plainCopy(small, "link");
  const result = v.safeParse(contentSchema, plain, { abortEarly: true });
  if (!result.success) throw explain(result.issues[0], plain);
  const { spec: given, digest, ...rest } = result.output;
  const { spec: migrated, notes } = migrateSpec(given);
  const spec = parseSpec(migrated);
  checkData(spec, inline, rest.reading);
  return {
    spec,
    ...defined(rest),
    ...(digest && {
      digest: {
        ...digest,
        curves: digest.curves.map((one) => ({ ...one, values: one.values.map((x) => x ?? Number.NaN) })),
      },
    }),
    ...(inline !== undefined && { inline }),
    ...(notes.length > 0 && { notes }),
  };
}

/** What a reader must agree to before anything happens. */
export interface LinkNeeds {
  /** Address that running would download; null when nothing is fetched. */
  readonly fetches: string | null;
  /** The file that the reader must drop; null when none is needed. */
  readonly file: { readonly sha256: string; readonly name: string | null } | null;
  /** Characters of data inside the link itself. */
  readonly inline: number;
}

/** What running a link's experiment takes. */
export function needsOf({ spec, file, inline }: LinkContent): LinkNeeds {
  const { source } = spec.data;
  return {
    fetches: source.startsWith("url:") ? source.slice(4) : null,
    file:
      source.startsWith("file:") && inline === undefined
        ? { sha256: source.slice(5), name: file ?? null }
        : null,
    inline: inline?.length ?? 0,
  };
}

const WHERE = { where: "link", remedy: "Ask whoever sent it for a new one." };

function checkData(spec: Spec, inline: string | undefined, reading: ReadChoices = {}): void {
  const { source, sha256: expected } = spec.data;
  if (source.startsWith("url:") && expected === null) {
    throw new TiltError("The link names data by address but not by content.", {
      where: "data.sha256",
      remedy: "Add data.sha256, the SHA-256 of the file at that address.",
    });
  }
  if (inline === undefined) return;
  if (source !== `file:${addressOf(sha256(inline), reading)}`) {
    throw new TiltError("The data inside the link is not the data that the experiment names.", {
      where: "inline",
      remedy: "The link was changed or cut on the way. Ask for it again.",
    });
  }
}

function misfit(part: string, is: string): TiltError {
  return new TiltError(`"${clip(part)}" is ${is}.`, {
    where: "link",
    remedy: `It must be ${ALLOWED[part.split(".")[0]!] ?? "left out"}.`,
  });
}

function explain(issue: v.BaseIssue<unknown>, plain: Plain): TiltError {
  const path = (issue.path ?? []).map((item) => String(item.key));
  const part = path[0] ?? "";
  if (issue.expected === "never") {
    return new TiltError(
      `The link has a part called "${clip(path.join("."))}" that this Tilt does not know.`,
      {
        where: "link",
        remedy: `It may come from a newer Tilt: reload the page. Known parts: ${Object.keys(ALLOWED).join(", ")}.`,
      },
    );
  }
  const whole = isPlainObject(plain) ? plain[part] : undefined;
  return misfit(
    path.join("."),
    whole === undefined ? "missing" : shown(path.length > 1 ? issue.input : whole),
  );
}

/** Without members that are undefined. */
function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, member]) => member !== undefined)) as T;
}
