/** The mapper's choices, changed one at a time. Pure; a mapping's members are those of data/mapping.ts. */
import type { Column, Mapping, ReadChoices, SourceRule } from "../../worker/api.ts";

export type Layout = "pair" | "columns" | "list" | "joined" | "judged";

export const LAYOUTS: readonly (readonly [layout: Layout, words: string])[] = [
  ["pair", "a preferred and another response"],
  ["columns", "several responses, a column each"],
  ["list", "several responses, in one column"],
  ["joined", "one response; rows with the same prompt belong together"],
  ["judged", "one response, judged good or bad"],
];

/** The layout that a mapping's members spell. */
export function layoutOf({ chosen, rejected, responses = [], response, label }: Mapping): Layout {
  if (chosen !== undefined || rejected !== undefined) return "pair";
  if (responses.length > 0) return responses.length === 1 ? "list" : "columns";
  if (response === undefined) return "pair";
  return label === undefined ? "joined" : "judged";
}

/** Members without those that are undefined or an empty list. */
export function tidy<T extends object>(members: { readonly [K in keyof T]?: T[K] | undefined }): T {
  const told = Object.entries(members).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(told) as T;
}

/** The same mapping with one member changed; an empty value takes it away. */
export function withMember<K extends keyof Mapping>(
  mapping: Mapping,
  name: K,
  value: Mapping[K] | "",
): Mapping {
  return tidy<Mapping>({ ...mapping, [name]: value === "" ? undefined : value });
}

/** A list of columns with the one at `at` changed; empty where none is named, and nothing at all where all are. */
export function withColumn(
  list: readonly string[] | undefined,
  at: number,
  value: string,
  length: number,
): readonly string[] | undefined {
  const next = Array.from({ length }, (_, i) => (i === at ? value : (list?.[i] ?? "")));
  return next.every((name) => name === "") ? undefined : next;
}

/** A mapping of several response columns without the one at `at`, and without what was said of it. */
export function withoutResponse(mapping: Mapping, at: number): Mapping {
  const { responses = [], sources, scores, sourceColumns, probs } = mapping;
  const left = (list: readonly string[] | undefined): readonly string[] | undefined => {
    const others = responses.flatMap((_, i) => (i === at ? [] : [list?.[i] ?? ""]));
    return others.every((name) => name === "") ? undefined : others;
  };
  return tidy<Mapping>({
    ...mapping,
    responses: left(responses),
    sources: left(sources),
    scores: left(scores),
    sourceColumns: left(sourceColumns),
    probs: left(probs),
  });
}

const TEXTS: ReadonlySet<Column["kind"]> = new Set(["text", "turns", "mixed"]);

/** Columns that may hold texts; all of them where none does. */
export function textColumns(columns: readonly Column[]): readonly string[] {
  const texts = columns.filter(({ kind }) => TEXTS.has(kind));
  return (texts.length > 0 ? texts : columns).map(({ name }) => name).filter((name) => name !== "");
}

/** A mapping of another layout, with what the two have in common. */
export function inLayout(mapping: Mapping, layout: Layout, columns: readonly Column[]): Mapping {
  const { prompt, weight, lowerIsBetter, chosen, rejected, responses = [], response, label } = mapping;
  const common = { prompt, weight, lowerIsBetter };
  const named = [chosen, rejected, ...responses, response].filter((name) => name !== undefined);
  const others = textColumns(columns).filter((name) => name !== prompt && !named.includes(name));
  const [first, second] = [...named, ...others];
  switch (layout) {
    case "pair":
      return tidy<Mapping>({ ...common, chosen: first, rejected: second });
    case "columns": {
      const both = [first, second].filter((name) => name !== undefined);
      const all = named.length > 1 ? named : both;
      return tidy<Mapping>({ ...common, responses: all, sources: all });
    }
    case "list": {
      // Of the lists in objects that with the longest texts.
      const lists = columns.filter(({ kind }) => kind === "list").sort((a, b) => b.meanLength - a.meanLength);
      const list = lists[0]?.name ?? first;
      return tidy<Mapping>({ ...common, responses: list === undefined ? [] : [list] });
    }
    case "joined":
      return tidy<Mapping>({ ...common, response: first });
    case "judged": {
      const judged = label ?? columns.find(({ kind }) => kind === "yes/no")?.name;
      return tidy<Mapping>({ ...common, response: first, label: judged ?? columns.at(-1)?.name });
    }
  }
}

/** What is still missing before rows can be read; null when nothing is. */
export function lacks(mapping: Mapping, layout: Layout): string | null {
  const { prompt, chosen, rejected, responses = [], response, label } = mapping;
  switch (layout) {
    case "pair":
      if (chosen === undefined) return "Name the column with the preferred response.";
      if (rejected === undefined) return "Name the column with the other response.";
      return chosen === rejected ? "The two responses need different columns." : null;
    case "columns":
      return responses.length < 2 ? "Name at least two columns with responses." : null;
    case "list":
      return responses.length === 1 ? null : "Name the column that holds the list of responses.";
    case "joined":
      if (response === undefined) return "Name the column with the response.";
      return prompt === undefined
        ? "Name the column with the prompt: rows with the same one belong together."
        : null;
    case "judged":
      if (response === undefined) return "Name the column with the response.";
      return label === undefined ? "Name the column that says good or bad." : null;
  }
}

/** How the page offers to say who wrote what. */
export type RuleKind = SourceRule["kind"] | "second-file";

export function ruleOf({ sourceRule, targetFile }: ReadChoices): RuleKind {
  return targetFile ? "second-file" : (sourceRule?.kind ?? "file");
}

const FRESH: Readonly<Record<SourceRule["kind"], SourceRule>> = {
  file: { kind: "file" },
  "preferred-is-target": { kind: "preferred-is-target" },
  "by-position": { kind: "by-position", names: ["human", "synthetic"] },
  text: { kind: "text", pattern: "" },
  score: { kind: "score", atLeast: 0 },
};

/** The choices under another rule; a target that was named before speaks of other sources, and goes. */
export function withRule(choices: ReadChoices, kind: SourceRule["kind"]): ReadChoices {
  const { sourceRule: _, targetFile: __, target: ___, ...rest } = choices;
  return kind === "file" ? rest : { ...rest, sourceRule: FRESH[kind] };
}

/** What is wrong with a rule as far as it is filled in; null when it can be used. */
export function ruleLacks({ sourceRule }: ReadChoices): string | null {
  if (sourceRule?.kind === "text" && sourceRule.pattern === "") return "Say what the responses contain.";
  if (sourceRule?.kind === "by-position" && sourceRule.names.length < 2)
    return "Name at least two sources, in order.";
  return null;
}
