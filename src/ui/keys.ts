/** Single keys for the whole page. Off in text fields, and where a control uses the key itself. */
import type { App } from "./engine/app.ts";
import { pendingChanges } from "./state/pending.ts";
import { STAGE_IDS } from "./state/state.ts";

export const SHORTCUTS: readonly (readonly [keys: readonly string[], words: string])[] = [
  [["Space"], "Run, pause, go on"],
  [["S"], "One step"],
  [["Ctrl ⏎"], "Apply changed settings as a new run, while one goes on (⌘ ⏎ on a Mac)"],
  [["R"], "Start over with the same seed (Play)"],
  [["1", "2", "3", "4"], "Data, Sources & ratio, Policy, Results"],
  [["←", "→"], "Between stages, between the steps of a lesson; along a chart (PgUp, PgDn: 50 steps)"],
  [["+", "−"], "On a chart: closer, and further away (Esc: all steps)"],
  [["Ctrl Z"], "Take back a change of a setting (with Shift: make it again)"],
  [["↑", "↓"], "From row to row in the table; in a setting: one step up or down (Shift: ten)"],
  [["J", "K"], "Next and previous row, while one is open"],
  [["P"], "Pin the open row, to compare it with another"],
  [["/"], "Search the rows"],
  [["Esc"], "Close what is open"],
  [["?"], "This list"],
];

let single = true;

/** Turns single keys on or off for the whole page: keys that stand for themselves, without Ctrl. Escape and arrows stay. */
export function useSingleKeys(on: boolean): void {
  single = on;
}

/** Whether a key is the page's to take: no modifier, nobody else's, and not in a field or on a control that uses it. */
export function isFree(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
  if (!single && event.key.length === 1) return false;
  const at = event.target as HTMLElement;
  if (at.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog, [contenteditable]"))
    return false;
  return event.key !== " " || !at.closest("button, a, summary, input");
}

const applies = (event: KeyboardEvent): boolean => event.key === "Enter" && (event.ctrlKey || event.metaKey);

/** @returns a function that stops listening */
export function keys(app: App): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (takesBack(event)) {
      event.preventDefault();
      if (event.shiftKey || event.key.toLowerCase() === "y") app.redoSetting();
      else app.undoSetting();
      return;
    }
    if (applies(event) && app.store.get().queue?.spec) {
      // What is being typed is a change, too, once its field is left.
      if (event.target instanceof HTMLElement) event.target.blur();
      if (!pendingChanges(app.store.get())) return;
      event.preventDefault();
      void app.applyAsNew();
      return;
    }
    if (!isFree(event)) return;
    const act = actionOf(app, event.key);
    if (!act) return;
    event.preventDefault();
    act();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

/** Ctrl or Cmd with Z or Y, outside of what takes text back by itself. */
function takesBack(event: KeyboardEvent): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return false;
  if (!/^[zy]$/i.test(event.key)) return false;
  const at = event.target as HTMLElement;
  return !at.closest("input:not([type=checkbox], [type=range]), textarea, dialog, [contenteditable]");
}

function actionOf(app: App, key: string): (() => void) | undefined {
  // What these keys do is the workbench's; other views have keys of their own.
  if (app.store.get().route.view !== "workbench")
    return key === "?" ? () => app.showShortcuts(true) : undefined;
  const stage = STAGE_IDS[Number(key) - 1];
  if (stage) return () => app.showStage(stage);
  switch (key) {
    case " ":
      return () => void app.playOrPause();
    case "s":
    case "S":
      return () => void app.step();
    case "?":
      return () => app.showShortcuts(true);
    case "/":
      return () => {
        const search = () => document.querySelector<HTMLInputElement>("#search");
        app.showStage("data");
        // Where it is there already, at once: what is typed next must not be taken for other keys of the page.
        if (search()) search()!.focus();
        else setTimeout(() => search()?.focus(), 50);
      };
    case "j":
    case "J":
      return () => void app.nextRow(1);
    case "k":
    case "K":
      return () => void app.nextRow(-1);
    case "p":
    case "P":
      return () => app.pinRow();
    case "Escape":
      return () => app.showRow(null);
    default:
      return undefined;
  }
}
