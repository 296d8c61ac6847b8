/** The guide as a list of entries that can be searched and linked to. Pure. */
import { allowed, FIELDS, type Field, SECTIONS } from "../../experiment/spec.ts";
import type { GuideContent, GuideMethod, GuidePaper } from "../../worker/api.ts";
import { SHORTCUTS } from "../keys.ts";
import { CURVES } from "../metrics.ts";
import { settingEntry as settingId } from "../route.ts";
import { CHARTS, GLOSSARY, LIMITS, PRIVACY, START } from "./words.ts";

export interface Entry {
  /** In the address, unique. */
  readonly id: string;
  readonly title: string;
  /** Raw material: a path, a formula. */
  readonly code?: string;
  readonly text: string;
  /** Smaller print. */
  readonly more?: readonly string[];
  readonly paper?: GuidePaper;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly groups: readonly { readonly title: string; readonly entries: readonly Entry[] }[];
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9λℓ]+/g, "-")
    .replace(/λ/g, "lambda")
    .replace(/ℓ/g, "l")
    .replace(/^-|-$/g, "");

const plain = (prefix: string, pairs: readonly (readonly [string, string])[]): readonly Entry[] =>
  pairs.map(([title, text]) => ({ id: `${prefix}-${slug(title)}`, title, text }));

/** @param content null until the worker has answered: methods and formats then follow */
export function sectionsOf(content: GuideContent | null): readonly Section[] {
  return [
    {
      id: "start",
      title: "Start here",
      lead: "Tilt aligns a small language model with preferences that come from the wrong distribution, in this tab.",
      groups: [{ title: "", entries: plain("start", START) }],
    },
    {
      id: "words",
      title: "Words",
      lead: "The same word means the same thing on every page, in links and in files.",
      groups: [{ title: "", entries: plain("word", GLOSSARY) }],
    },
    {
      id: "methods",
      title: "Methods and their papers",
      lead: content ? METHODS_LEAD : "Fetching the methods …",
      groups: content
        ? [
            { title: "Strategies", entries: methodsOf(content, "strategy") },
            { title: "Losses", entries: methodsOf(content, "loss") },
            {
              title: "Ratio of a group",
              entries: [
                { id: "method-reduction", title: "From responses to a group", text: content.reduction },
              ],
            },
          ]
        : [],
    },
    {
      id: "charts",
      title: "How to read each chart",
      lead: "Titles name the quantity and its unit. Colour is never the only sign.",
      groups: [
        { title: "", entries: plain("chart", CHARTS) },
        {
          title: "Curves of the Policy stage",
          entries: CURVES.map(({ id, title, unit, zero }) => ({
            id: `curve-${id}`,
            title,
            text: `In ${unit}.${zero ? " The axis starts at 0." : ""}`,
          })),
        },
      ],
    },
    {
      id: "settings",
      title: "Every setting",
      lead: "Name, what it does, default and range. The path is what links, files and the command line call it.",
      groups: SECTIONS.flatMap(({ id, label }) => {
        const entries = FIELDS.filter((field) => field.group === id).map(entryOf);
        return entries.length > 0 ? [{ title: label, entries }] : [];
      }),
    },
    {
      id: "keys",
      title: "Keyboard",
      lead: "Everything works without a mouse. Single keys are off while you type in a field.",
      groups: [
        {
          title: "",
          entries: SHORTCUTS.map(([keys, text]) => ({
            id: `key-${slug(keys.join("-"))}-${slug(text)}`,
            title: keys.join("  "),
            text,
          })),
        },
      ],
    },
    {
      id: "formats",
      title: "Data formats",
      lead: "JSON, JSON Lines, CSV, TSV and Parquet, packed with gzip or not. The shape is recognised by its columns; columns can also be named by hand. A row that cannot be read is left out and named: file, line, field.",
      groups: content
        ? [
            {
              title: "Recognised shapes",
              entries: content.formats
                .filter(({ single }) => !single)
                .map(({ id, label, columns, note }) => ({
                  id: `format-${slug(id)}`,
                  title: label,
                  code: columns.join(", "),
                  text: note ?? "",
                })),
            },
            {
              title: "Recognised, but nothing to compare",
              entries: content.formats
                .filter(({ single }) => single)
                .map(({ id, label, columns, note }) => ({
                  id: `format-${slug(id)}`,
                  title: label,
                  code: columns.join(", "),
                  text: note ?? "One text per row, and no second one to prefer it to.",
                })),
            },
          ]
        : [],
    },
    {
      id: "privacy",
      title: "Privacy",
      lead: "",
      groups: [{ title: "", entries: sentences("privacy", PRIVACY) }],
    },
    {
      id: "limits",
      title: "Limits",
      lead: "What Tilt cannot tell you.",
      groups: [{ title: "", entries: sentences("limit", LIMITS) }],
    },
  ];
}

const METHODS_LEAD =
  "ℓ is the loss of one group, h its calibrated ratio; D is the margin of a pair between policy and reference, σ the logistic function.";

const sentences = (prefix: string, list: readonly string[]): readonly Entry[] =>
  list.map((text, i) => ({ id: `${prefix}-${i + 1}`, title: "", text }));

function methodsOf({ methods }: GuideContent, kind: GuideMethod["kind"]): readonly Entry[] {
  return methods
    .filter((method) => method.kind === kind)
    .map(({ id, name, explanation, formula, notes, paper, settings }) => ({
      id: `method-${slug(id)}`,
      title: name,
      code: formula,
      text: `${explanation} ${notes.join(" ")}`,
      more: settings.map((one) => `${one.name} (default ${one.default}): ${one.help}`),
      paper,
    }));
}

function entryOf(field: Field): Entry {
  const { path, label, help } = field;
  const shown = field.default === null ? "not set" : field.default === "" ? "empty" : String(field.default);
  const when = (field.when ?? []).map((one) => `${one.path} is ${one.in.join(" or ")}`).join(" and ");
  return {
    id: settingId(path),
    title: label,
    code: path,
    text: help,
    more: [`Default ${shown}; ${allowed(field)}.${when ? ` Matters where ${when}.` : ""}`],
  };
}

/** Entries in which every word of the query occurs. An empty query finds everything. */
export function found(sections: readonly Section[], query: string): readonly Section[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return sections;
  const fits = (entry: Entry): boolean => {
    const { title, code, text, more, paper } = entry;
    const all = [title, code, text, ...(more ?? []), paper?.title, paper?.short, ...(paper?.authors ?? [])]
      .join(" ")
      .toLowerCase();
    return words.every((word) => all.includes(word));
  };
  return sections.flatMap((section) => {
    const groups = section.groups
      .map((group) => ({ ...group, entries: group.entries.filter(fits) }))
      .filter(({ entries }) => entries.length > 0);
    return groups.length > 0 ? [{ ...section, groups }] : [];
  });
}
