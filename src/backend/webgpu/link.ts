/**
 * Links a WGSL file and the files it imports into one shader, with a map back to the source lines.
 *
 * `import package::lib::reduce::sumF32;` names shaders/lib/reduce.wgsl. Linking runs at build time (vite.config.ts),
 * so the page carries no linker. Four ways to make a variant of a file, all given in the import's query string:
 *   "./matmul.wgsl?if=subgroups&linked"          turns on `@if(subgroups)` blocks
 *   "./matmul.wgsl?const=tile:8,unroll:4&linked" gives the file `import constants::tile;`, and `@repeat` its counts
 *   "./pairwise.wgsl?slot=loss:loss/dpo&linked"  `import package::slot::loss::f;` reads shaders/loss/dpo.wgsl
 *   "./loss/dpo.wgsl?into=pairwise:loss&linked"  the same, said from the other end: good for import.meta.glob
 */
import { link } from "wesl/core";
import type { LinkedShader } from "../shader.ts";
import { expandRepeats } from "./repeat.ts";

/** Every file under shaders/, keyed by its path from there ("lib/reduce.wgsl"). */
export type ShaderSources = Readonly<Record<string, string>>;

/** How to specialise a shader file; see the head of this module. */
export interface LinkVariant {
  readonly conditions?: Readonly<Record<string, boolean>>;
  readonly constants?: Readonly<Record<string, number>>;
  readonly slots?: Readonly<Record<string, string>>;
}

/** Reads a variant from an import's query string. */
function variantFromQuery(query: string): LinkVariant {
  const parameters = new URLSearchParams(query);
  const list = (key: string): string[] => parameters.get(key)?.split(",").filter(Boolean) ?? [];
  const pair = (text: string): [string, string] => {
    const at = text.indexOf(":");
    if (at < 1) throw new Error(`"${text}" in the query of a .wgsl import is not of the form name:value`);
    return [text.slice(0, at), text.slice(at + 1)];
  };
  return {
    conditions: Object.fromEntries(list("if").map((name) => [name, true])),
    constants: Object.fromEntries(
      list("const")
        .map(pair)
        .map(([name, value]) => [name, Number(value)]),
    ),
    slots: Object.fromEntries(list("slot").map(pair)),
  };
}

/** What to link for an import of `file` with a query: the file itself, or the one whose slot it goes into. */
export function requestOf(file: string, query: string): { file: string; variant: LinkVariant } {
  const variant = variantFromQuery(query);
  const into = new URLSearchParams(query).get("into");
  if (!into) return { file, variant };
  const [host, slot] = into.split(":");
  if (!host || !slot) throw new Error(`"into=${into}" of ${file} is not of the form file:slot`);
  return {
    file: `${host}.wgsl`,
    variant: { ...variant, slots: { ...variant.slots, [slot]: file.replace(/\.wgsl$/, "") } },
  };
}

/**
 * Links `file` (path from shaders/) against `sources`.
 * @throws when an import cannot be resolved; the message names the file
 */
export async function linkShader(
  sources: ShaderSources,
  file: string,
  variant: LinkVariant = {},
): Promise<LinkedShader> {
  const files: Record<string, string> = {};
  const shownAs = new Map<string, string>();
  for (const [path, text] of Object.entries(sources)) {
    files[`./${path}`] = path === file ? expandRepeats(text, variant.constants) : text;
  }
  for (const [slot, target] of Object.entries(variant.slots ?? {})) {
    const text = sources[`${target}.wgsl`];
    if (text === undefined)
      throw new Error(`shaders/${file}: slot "${slot}" names shaders/${target}.wgsl, which does not exist`);
    files[`./slot/${slot}.wgsl`] = text;
    shownAs.set(`slot/${slot}.wgsl`, `${target}.wgsl`);
  }
  const linked = await link({
    weslSrc: files,
    rootModuleName: `./${file}`,
    debugWeslRoot: "shaders",
    ...(variant.conditions && { conditions: { ...variant.conditions } }),
    ...(variant.constants &&
      Object.keys(variant.constants).length > 0 && { constants: { ...variant.constants } }),
  });
  const code = linked.dest;
  const origins: string[] = [];
  let offset = 0;
  for (const line of code.split("\n")) {
    const firstText = offset + Math.max(0, line.search(/\S/));
    const at = linked.sourceMap.destToSrc(firstText);
    const path = (at.src.path ?? file).replace(/^(\.\/)?(shaders\/)?(\.\/)?/, "").replace(/\.wesl$/, ".wgsl");
    const lineNumber = at.src.text.slice(0, at.position).split("\n").length;
    origins.push(`shaders/${shownAs.get(path) ?? path}:${lineNumber}`);
    offset += line.length + 1;
  }
  return { file: `shaders/${file}`, code, origins };
}
