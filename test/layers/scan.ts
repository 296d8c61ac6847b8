/** Reads a TypeScript source and lists what the house rules ask about: imports, globals, property reads, strings. */
import { parseAst } from "vite";

/** Something found in a source, with its 1-based line. */
interface Found {
  readonly line: number;
}

export interface Import extends Found {
  readonly specifier: string;
  /** Erased before the program runs: `import type`, or only `type` names inside the braces, or `import("…").T`. */
  readonly typeOnly: boolean;
}

export interface Scan {
  readonly imports: readonly Import[];
  /** Names used that the file itself declares nowhere, such as `document`. */
  readonly globals: readonly (Found & { readonly name: string })[];
  /** Reads such as `Math.random` or `globalThis["document"]`, as "Math.random". */
  readonly members: readonly (Found & { readonly path: string })[];
  /** Text of string literals and templates. */
  readonly strings: readonly (Found & { readonly text: string })[];
}

type Node = { readonly type: string; readonly start: number } & { readonly [key: string]: unknown };

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

const nodesIn = (value: unknown): Node[] =>
  Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];

const textOf = (value: unknown): string | undefined =>
  isNode(value) && value.type === "Literal" && typeof value.value === "string" ? value.value : undefined;

const nameOf = (value: unknown): string | undefined =>
  isNode(value) && value.type === "Identifier" ? (value.name as string) : undefined;

/** True for the places where an identifier is a label, not a variable: `{ name: … }`, `x.name`, `name?: T`. */
function isLabel(parent: Node, key: string): boolean {
  if (parent.computed === true) return false;
  if (key === "property") return parent.type === "MemberExpression";
  if (key === "key") return parent.type !== "Property" || parent.shorthand !== true;
  return key === "imported" || key === "exported" || key === "label";
}

const DECLARING: Readonly<Record<string, readonly string[]>> = {
  VariableDeclarator: ["id"],
  FunctionDeclaration: ["id", "params"],
  FunctionExpression: ["id", "params"],
  ArrowFunctionExpression: ["params"],
  ClassDeclaration: ["id"],
  CatchClause: ["param"],
  ImportSpecifier: ["local"],
  ImportDefaultSpecifier: ["local"],
  ImportNamespaceSpecifier: ["local"],
  TSFunctionType: ["params"],
  TSMethodSignature: ["params"],
  TSDeclareFunction: ["id", "params"],
  TSInterfaceDeclaration: ["id"],
  TSTypeAliasDeclaration: ["id"],
};

/** Names bound by a pattern: `a`, `{ a, b: c }`, `[a = 1]`, `...a`. */
function namesBound(pattern: unknown): string[] {
  if (!isNode(pattern)) return Array.isArray(pattern) ? pattern.flatMap(namesBound) : [];
  const name = nameOf(pattern);
  if (name !== undefined) return [name];
  if (pattern.type === "Property") return namesBound(pattern.value);
  return [pattern.properties, pattern.elements, pattern.argument, pattern.left].flatMap(namesBound);
}

/** What a node brings in: a module, several through `import.meta.glob`, or a file by URL (a Worker, say). */
function importsOf(node: Node): { specifier: string; typeOnly: boolean }[] {
  const source = textOf(node.source);
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration": {
      if (source === undefined) return [];
      const parts = nodesIn(node.specifiers);
      const kind = node.importKind ?? node.exportKind;
      const partsAreTypes =
        parts.length > 0 && parts.every((part) => (part.importKind ?? part.exportKind) === "type");
      return [{ specifier: source, typeOnly: kind === "type" || partsAreTypes }];
    }
    case "ImportExpression":
      return [{ specifier: source ?? "(an import whose path is computed)", typeOnly: false }];
    case "TSImportType":
      return source === undefined ? [] : [{ specifier: source, typeOnly: true }];
    case "CallExpression": {
      const callee = node.callee as Node;
      const isGlob = callee.type === "MemberExpression" && (callee.object as Node).type === "MetaProperty";
      if (!isGlob || nameOf(callee.property) !== "glob") return [];
      const [patterns] = node.arguments as Node[];
      const texts = [patterns, ...nodesIn(patterns?.elements)].map(textOf);
      return texts.filter((text) => text !== undefined).map((specifier) => ({ specifier, typeOnly: false }));
    }
    case "NewExpression": {
      const [path, base] = node.arguments as Node[];
      const specifier = nameOf(node.callee) === "URL" && base ? textOf(path) : undefined;
      return specifier?.startsWith(".") ? [{ specifier, typeOnly: false }] : [];
    }
    default:
      return [];
  }
}

/**
 * @param source TypeScript text
 * @returns everything found, in source order
 */
export function scan(source: string): Scan {
  const lineStarts = [0, ...[...source.matchAll(/\n/g)].map((match) => match.index + 1)];
  const lineAt = (offset: number): number => lineStarts.findLastIndex((start) => start <= offset) + 1;

  const imports: Import[] = [];
  const used: { name: string; line: number }[] = [];
  const members: { path: string; line: number }[] = [];
  const strings: { text: string; line: number }[] = [];
  const declared = new Set<string>();

  const visit = (node: Node): void => {
    const line = lineAt(node.start);
    for (const found of importsOf(node)) imports.push({ ...found, line });
    for (const field of DECLARING[node.type] ?? [])
      for (const name of namesBound(node[field])) declared.add(name);
    if (node.type === "MemberExpression") {
      const [object, property] = [nameOf(node.object), textOf(node.property) ?? nameOf(node.property)];
      if (object && property) members.push({ path: `${object}.${property}`, line });
    }
    if (node.type === "VariableDeclarator" && isNode(node.id) && node.id.type === "ObjectPattern") {
      const object = nameOf(node.init);
      for (const part of nodesIn(node.id.properties)) {
        const property = nameOf(part.key);
        if (object && property) members.push({ path: `${object}.${property}`, line });
      }
    }
    const text = textOf(node);
    if (text !== undefined) strings.push({ text, line });
    if (node.type === "TemplateElement") strings.push({ text: (node.value as { raw: string }).raw, line });
    for (const [key, value] of Object.entries(node)) {
      for (const child of nodesIn(value)) {
        const name = nameOf(child);
        if (name !== undefined && !isLabel(node, key)) used.push({ name, line: lineAt(child.start) });
        visit(child);
      }
    }
  };
  visit(parseAst(source, { lang: "ts" }) as unknown as Node);
  return { imports, members, strings, globals: used.filter(({ name }) => !declared.has(name)) };
}
