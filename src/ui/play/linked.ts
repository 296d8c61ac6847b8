/** Between Play and links: the settings that Play shows, for a link to them, and those that a link brings. */
import { planeSpec } from "../../experiment/plane/preset.ts";
import { fieldsFor, type Spec, valueAt } from "../../experiment/spec.ts";
import type { Changes, PlayModel } from "./model.ts";

let shown: PlayModel | null = null;
let brought: Changes | null = null;
const listeners = new Set<() => void>();

/** Says which session Play shows; its settings are what a link is about. @returns a function that ends it */
export function showsPlay(model: PlayModel): () => void {
  shown = model;
  let before = model.get().changes;
  return model.subscribe(() => {
    const { changes } = model.get();
    if (changes === before) return;
    before = changes;
    for (const listener of listeners) listener();
  });
}

/** The spec of the session that Play shows; null before there was one. */
export function playSpec(): Spec | null {
  return shown && planeSpec(shown.get().changes);
}

/** @returns a function that ends it */
export function onPlayChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Hands a link's settings to Play, which takes them when it is shown next. */
export function bringToPlay(spec: Spec): void {
  const published = planeSpec();
  brought = Object.fromEntries(
    fieldsFor(spec).flatMap(({ path }) => {
      const value = valueAt(spec, path);
      return value === undefined || value === valueAt(published, path) ? [] : [[path, value] as const];
    }),
  );
}

/** Settings that a link brought, once. */
export function takeBrought(): Changes | null {
  const taken = brought;
  brought = null;
  return taken;
}
