/** The guess in roles: which of a file's columns hold prompt, responses, scores and sources, and a mapping that reads the same. */
import { ROLES, type Roles } from "./formats/roles.ts";
import type { Mapping } from "./mapping.ts";
import type { Column } from "./peek.ts";

export interface ColumnRoles {
  /** Empty: the prompt is the common beginning of the responses. */
  readonly prompt: readonly string[];
  readonly responses: readonly string[];
  readonly scores: readonly string[];
  readonly sources: readonly string[];
  readonly weights: readonly string[];
}

/** Spellings of one role that a file has; of alternatives for the same thing (`query`, `prompt`) the first. */
function present(spellings: readonly string[] = [], names: ReadonlySet<string>): string[] {
  return spellings.filter((name) => names.has(name.replace(/\[\].*$/, "")));
}

/** What a known format takes from the columns of a file. */
export function rolesOfFormat(format: string, columns: readonly Column[]): ColumnRoles | null {
  const roles = Object.hasOwn(ROLES, format) ? ROLES[format]! : null;
  if (roles === null) return null;
  const names = new Set(columns.map(({ name }) => name));
  return {
    prompt: present(roles.prompt, names).slice(0, 1),
    responses: present(roles.responses, names),
    scores: present(roles.scores, names),
    sources: present(roles.sources, names),
    weights: present(format === "dora" ? ["probs", "weight"] : ["weight"], names),
  };
}

/** What a mapping takes. */
export function rolesOfMapping(mapping: Mapping): ColumnRoles {
  const { prompt, chosen, rejected, responses = [], response, scores = [], label, better } = mapping;
  const told = (names: readonly (string | undefined)[]) =>
    names.filter((name): name is string => name !== undefined && name !== "");
  return {
    prompt: told([prompt]),
    responses: told([chosen, rejected, ...responses, response]),
    scores: told([...scores, label, better]),
    sources: told(mapping.sourceColumns ?? []),
    weights: told([...(mapping.probs ?? []), mapping.weight]),
  };
}

/** A mapping that reads a file as its format does, to be corrected by hand; null where no mapping can. */
export function mappingOfFormat(format: string, columns: readonly Column[]): Mapping | null {
  const roles = rolesOfFormat(format, columns);
  const known: Roles | undefined = ROLES[format];
  const [first, second] = roles?.responses ?? [];
  if (!roles || !known?.layout || first === undefined) return null;
  const [prompt] = roles.prompt;
  const weight = roles.weights.includes("weight") ? "weight" : undefined;
  const common = { ...(prompt !== undefined && { prompt }), ...(weight !== undefined && { weight }) };
  // The two names of a pair belong together: the first spelling of which both are there.
  const both = (names: readonly string[]): readonly string[] => (names.length >= 2 ? names.slice(0, 2) : []);
  const some = (key: "scores" | "sourceColumns", names: readonly string[]) =>
    names.length > 0 ? { [key]: names } : {};
  switch (known.layout) {
    case "pair":
      if (second === undefined) return null;
      return {
        ...common,
        chosen: first,
        rejected: second,
        ...some("scores", both(roles.scores)),
        ...some("sourceColumns", both(roles.sources)),
      };
    case "columns": {
      const sources = known.names ?? roles.responses;
      // A column that names the model speaks of the last response; the others have their fixed names.
      const [model] = roles.sources;
      const sourceColumns = model === undefined ? [] : roles.responses.map((_, i) => (i === 0 ? "" : model));
      return {
        ...common,
        responses: roles.responses,
        sources,
        ...some("scores", roles.scores),
        ...some("sourceColumns", sourceColumns),
        ...(sources.includes("human") && { target: "human" }),
      };
    }
    case "list":
      return {
        ...common,
        responses: [first],
        ...some("scores", roles.scores.slice(0, 1)),
        ...some("sourceColumns", roles.sources.slice(0, 1)),
        ...(roles.weights.includes("probs") && { probs: ["probs"] }),
      };
    case "joined":
      return { ...common, response: first, ...some("sourceColumns", roles.sources.slice(0, 1)) };
    case "judged":
      return {
        ...common,
        response: first,
        ...(roles.scores[0] !== undefined && { label: roles.scores[0] }),
        ...some("sourceColumns", roles.sources.slice(0, 1)),
      };
  }
}
