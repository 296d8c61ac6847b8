/** The readable form of a link: `v=1&train.strategy=erm&seed=3`, which a person can read and change in the address bar. */
import { TiltError } from "../base/errors.ts";
import { departures } from "./canonical.ts";
import type { Curve } from "./digest.ts";
import type { Field, FieldValue } from "./field.ts";
import type { LinkContent } from "./link-content.ts";
import { parameterFields } from "./parameters.ts";
import { clip, type Plain } from "./plain.ts";
import { allowed, fieldAt, putAt, SPEC_VERSION } from "./spec.ts";
import { misfit } from "./spec-errors.ts";

const MAX_PARTS = 300;

/** The content as `key=value` parts, or null when it has parts that only the packed form can hold. */
export function toReadable(content: LinkContent): string | null {
  if (content.inline !== undefined || content.reading) return null;
  const parts: [string, string][] = [["v", String(content.spec.version)]];
  for (const [path, value] of departures(content.spec)) parts.push([path, String(value)]);
  if (content.title !== undefined) parts.push(["title", content.title]);
  if (content.file !== undefined) parts.push(["file", content.file]);
  if (content.digest) {
    const { hash, environment, curves } = content.digest;
    parts.push(["digest", hash], ["backend", environment.backend]);
    parts.push(["adapter", environment.adapter], ["engine", environment.engine]);
    if (environment.variant !== undefined) parts.push(["variant", environment.variant]);
    for (const curve of curves) parts.push([`curve:${curve.name}`, curveText(curve)]);
  }
  if (content.embed) parts.push(["embed", "1"]);
  if (content.hide && content.hide.length > 0) parts.push(["hide", content.hide.join(",")]);
  return parts.map(([key, value]) => `${escaped(key)}=${escaped(value)}`).join("&");
}

/**
 * The parts of a readable fragment as plain content, unchecked: `contentFrom` looks at it next.
 * @throws TiltError on text that is not `key=value`, on repeated keys, and on values of the wrong type
 */
export function fromReadable(fragment: string): { [key: string]: Plain } {
  const parts = split(fragment);
  const spec: { [key: string]: Plain } = {};
  const content: { [key: string]: Plain } = { spec };
  const curves: Plain[] = [];
  const environment: { [key: string]: Plain } = { backend: "", adapter: "", engine: "" };
  const version = parts.get("v") ?? String(SPEC_VERSION);
  if (!/^\d{1,6}$/.test(version)) throw misfit("v", version, "a whole number, the version of the spec");
  spec.version = Number(version);
  const field = fieldFinder(parts);

  for (const [key, text] of parts) {
    if (key === "v" || key === "digest") continue;
    if (key === "title" || key === "file") content[key] = text;
    else if (key === "embed") content.embed = text === "1" || text === "true";
    else if (key === "hide") content.hide = text.split(",");
    else if (key === "variant" || Object.hasOwn(environment, key)) environment[key] = text;
    else if (key.startsWith("curve:")) curves.push(curveFrom(key.slice(6), text));
    else putAt(spec, key, valueFrom(key, text, field(key)));
  }
  const hash = parts.get("digest");
  if (hash !== undefined) content.digest = { hash, environment, curves };
  else if (curves.length > 0) {
    throw new TiltError("The link promises curves but no digest.", {
      where: "digest",
      remedy: "It may have been cut when it was copied. Copy it again, whole.",
    });
  }
  return content;
}

function split(fragment: string): Map<string, string> {
  const pieces = fragment.split("&").filter((piece) => piece !== "");
  if (pieces.length > MAX_PARTS) {
    throw new TiltError(`The link has ${pieces.length} parts; no experiment needs more than ${MAX_PARTS}.`, {
      where: "link",
      remedy: "It is probably not a Tilt link.",
    });
  }
  const parts = new Map<string, string>();
  for (const piece of pieces) {
    const equals = piece.indexOf("=");
    if (equals < 1) {
      throw new TiltError(`"${clip(piece)}" is not of the form setting=value.`, {
        where: "link",
        remedy: "Write, for example, train.strategy=erm.",
      });
    }
    const key = unescaped(piece.slice(0, equals));
    if (parts.has(key)) {
      throw new TiltError(`"${clip(key)}" is given twice.`, { where: "link", remedy: "Remove one of them." });
    }
    parts.set(key, unescaped(piece.slice(equals + 1)));
  }
  return parts;
}

/** Fields by path, those of the link's own loss and strategy included. */
function fieldFinder(parts: ReadonlyMap<string, string>): (path: string) => Field | undefined {
  const chosen = (path: string) => parts.get(path) ?? String(fieldAt(path)?.default);
  const own = parameterFields({
    train: { strategy: chosen("train.strategy"), loss: chosen("train.loss") },
  });
  return (path) => fieldAt(path) ?? own.find((field) => field.path === path);
}

/** A value from its text: by its field's kind, or, where no field is known (older versions), by its looks. */
function valueFrom(path: string, text: string, field: Field | undefined): FieldValue {
  if (field?.nullable && text === "null") return null;
  const kind = field?.kind ?? looksOf(text);
  if (kind === "boolean") {
    if (text === "true" || text === "1") return true;
    if (text === "false" || text === "0") return false;
  } else if (kind === "number" || kind === "integer") {
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  } else return text;
  throw misfit(path, text, field ? allowed(field) : "a value");
}

function looksOf(text: string): Field["kind"] {
  if (text === "true" || text === "false") return "boolean";
  return /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? "number" : "text";
}

/** "0:0.693,30:0.512": steps and values; a value that is not finite is written as "x". */
function curveText({ steps, values }: Curve): string {
  return steps.map((step, i) => `${step}:${Number.isFinite(values[i]!) ? values[i] : "x"}`).join(",");
}

function curveFrom(name: string, text: string): Plain {
  const steps: number[] = [];
  const values: (number | null)[] = [];
  for (const point of text === "" ? [] : text.split(",")) {
    const match = /^(\d{1,9}):(x|-?\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?)$/.exec(point);
    if (!match) throw misfit(`curve:${name}`, clip(point), "a list of step:value");
    steps.push(Number(match[1]));
    values.push(match[2] === "x" ? null : Number(match[2]));
  }
  return { name, steps, values };
}

/** Escapes what would be misread; leaves the marks that keep a link legible. */
function escaped(text: string): string {
  return encodeURIComponent(wellFormed(text)).replace(/%(2F|3A|2C|40)/g, decodeURIComponent);
}

/** Half of a surrogate pair cannot be written in a URL. */
function wellFormed(text: string): string {
  return text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new TiltError(`"${clip(text)}" is not written the way addresses are.`, {
      where: "link",
      remedy: "A percent sign must be followed by two hexadecimal digits; write %25 for the sign itself.",
      cause,
    });
  }
}
