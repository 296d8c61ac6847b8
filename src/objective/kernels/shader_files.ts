import type { LinkedShader } from "../../backend/shader.ts";

/** Shaders found by a glob, by file name without its ending: the id of the loss or strategy they belong to. */
export function byName(modules: Record<string, unknown>): ReadonlyMap<string, LinkedShader> {
  return new Map(
    Object.entries(modules).map(([path, module]) => {
      const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.wgsl.*$/, "");
      return [name, (module as { readonly default: LinkedShader }).default];
    }),
  );
}
