import type { App } from "../engine/app.ts";
import { isFree } from "../keys.ts";
import { STAGE_IDS } from "../state/state.ts";
import type { PlayModel } from "./model.ts";

/** Keys of this view, before those of the workbench. @returns a function that stops listening */
export function playKeys(model: PlayModel, app: App): () => void {
  const act: Readonly<Record<string, () => void>> = {
    " ": model.toggle,
    s: model.step,
    r: model.reset,
    ...Object.fromEntries(
      STAGE_IDS.map((stage, i) => [
        String(i + 1),
        () => {
          app.showStage(stage);
          location.hash = "#/workbench";
        },
      ]),
    ),
  };
  const onKey = (event: KeyboardEvent): void => {
    const go = isFree(event) ? act[event.key.toLowerCase()] : undefined;
    if (!go) return;
    event.preventDefault();
    go();
  };
  addEventListener("keydown", onKey, { capture: true });
  return () => removeEventListener("keydown", onKey, { capture: true });
}
