/** The layers of the house and what each may use. This table is the only place that states them. */
import { builtinModules } from "node:module";
import { join, relative } from "node:path/posix";
import { scan } from "./scan.ts";

/** Bottom up. A folder may import from itself and from every floor below, not from its neighbours. */
const FLOORS: readonly (readonly string[])[] = [
  ["base"],
  ["backend"],
  ["ops"],
  ["model", "text", "ratio", "objective", "data"],
  ["experiment", "storage"],
  // Words and measurements of lessons: the worker runs the measurements, the page shows both.
  ["lessons"],
  ["worker", "cli"],
];

/** Beside the floors: the page and its lessons see little of what is below them. */
const NARROW: Readonly<Record<string, { readonly values: RegExp; readonly types: RegExp }>> = {
  lessons: { values: /^(base|lessons|experiment)\//, types: /^data\/dataset\.ts$/ },
  ui: {
    values:
      /^(base|lessons|ui)\/|^worker\/client\.ts$|^experiment\/(spec|changes|link|migrate|sweep|objective_presets|plane\/preset)\.ts$/,
    types: /^(experiment|worker|lessons)\/|^data\/dataset\.ts$/,
  },
};

/** Types that neighbours share. */
const SHARED_TYPES = /^data\/dataset\.ts$/;

/** npm packages and the folders that may import them. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  wesl: ["backend"],
  "@huggingface/tokenizers": ["text"],
  hyparquet: ["data"],
  "hyparquet-compressors": ["data"],
  "hyparquet-writer": ["data"],
  pako: ["data"],
  valibot: ["experiment"],
  "idb-keyval": ["storage", "worker"],
  comlink: ["worker"],
  webgpu: ["cli"],
  lit: ["ui"],
  uplot: ["ui"],
  vite: ["cli"],
};

/**
 * What can reach a network, and the folders or files that may use it. The page's policy does not bind its worker, this
 * does: only the models that come with Tilt, and addresses that a person named and agreed to.
 */
export const NETWORK: Readonly<Record<string, readonly string[]>> = {
  fetch: ["worker/engine/models.ts", "worker/engine/web.ts", "cli"],
  XMLHttpRequest: [],
  WebSocket: [],
  WebTransport: [],
  EventSource: [],
  RTCPeerConnection: [],
  importScripts: [],
};

/** Globals and the folders or files that may use them. */
const GLOBALS: Readonly<Record<string, readonly string[]>> = {
  document: ["ui"],
  window: ["ui"],
  localStorage: ["ui"],
  sessionStorage: ["ui"],
  indexedDB: ["storage"],
  process: ["cli"],
  Buffer: ["cli"],
  require: [],
  ...NETWORK,
};

const layerOf = (file: string): string => file.split("/")[0]!;
const floorOf = (layer: string): number => FLOORS.findIndex((floor) => floor.includes(layer));

/** Why `from` may not import the file `to` (both relative to src/), or undefined if it may. */
function whyNotFile(from: string, to: string, typeOnly: boolean): string | undefined {
  const [layer, target] = [layerOf(from), layerOf(to)];
  const narrow = NARROW[layer];
  if (narrow) {
    if (narrow.values.test(to) || (typeOnly && narrow.types.test(to))) return undefined;
    return `${layer} may not import ${to}${narrow.types.test(to) ? ", only its types" : ""}`;
  }
  if (layer === target) return undefined;
  const [here, there] = [floorOf(layer), floorOf(target)];
  if (there >= 0 && there < here) return undefined;
  if (here === there && typeOnly && SHARED_TYPES.test(to)) return undefined;
  return `${layer} may not import ${to}: ${here === there ? "a neighbour" : "that is not below it"}`;
}

function whyNotImport(file: string, specifier: string, typeOnly: boolean): string | undefined {
  const layer = layerOf(file);
  if (specifier.startsWith(".")) {
    const path = join("src", file, "..", specifier.replace(/[?#].*$/, ""));
    if (path.endsWith(".wgsl"))
      return layer === "ui" || layer === "lessons" ? `${layer} may not import shaders` : undefined;
    if (path.startsWith("src/")) return whyNotFile(file, relative("src", path), typeOnly);
    return path.startsWith("public/") ? undefined : `${path} is outside src`;
  }
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  if (name.startsWith("node:") || builtinModules.includes(name)) {
    return layer === "cli" ? undefined : `only cli may import Node's ${specifier}`;
  }
  const allowed = PACKAGES[name];
  if (!allowed) return `${specifier} is not in the table of packages`;
  return allowed.includes(layer) ? undefined : `${layer} may not import ${name}, only ${allowed.join(", ")}`;
}

/**
 * What is wrong with a file's place in the house.
 * @param file path relative to src/, with forward slashes
 * @param source its text
 * @returns one line per violation: "src/file:line: why"
 */
export function violations(file: string, source: string): string[] {
  const layer = layerOf(file);
  const found: { line: number; why: string }[] = [];
  if (floorOf(layer) < 0 && !NARROW[layer])
    found.push({ line: 1, why: `src/${layer} is not in the table of layers` });
  const { imports, globals, members, strings } = scan(source);
  for (const { specifier, typeOnly, line } of imports) {
    const why = whyNotImport(file, specifier, typeOnly);
    if (why) found.push({ line, why });
  }
  const reads = members
    .filter(({ path }) => /^(globalThis|self)\./.test(path))
    .map(({ path, line }) => ({ name: path.slice(path.indexOf(".") + 1), line }));
  for (const { name, line } of [...globals, ...reads]) {
    const allowed = Object.hasOwn(GLOBALS, name) ? GLOBALS[name]! : undefined;
    if (allowed && !allowed.includes(layer) && !allowed.includes(file))
      found.push({
        line,
        why: `${Object.hasOwn(NETWORK, name) ? `src/${file}` : layer} may not use ${name}`,
      });
    if (layer === "ui" && name.startsWith("GPU")) found.push({ line, why: `the page never touches ${name}` });
  }
  for (const { path, line } of members) {
    if (path.endsWith(".sendBeacon")) found.push({ line, why: "nothing is sent anywhere" });
    if (path === "Math.random") found.push({ line, why: "random numbers come from src/base/random.ts" });
  }
  for (const { text, line } of strings) {
    if (/@compute\b|@group\(/.test(text))
      found.push({ line, why: "WGSL belongs in shaders/, not in a string" });
  }
  return found.sort((a, b) => a.line - b.line).map(({ line, why }) => `src/${file}:${line}: ${why}`);
}
