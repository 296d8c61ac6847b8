/** Settings: changed one at a time or by preset, taken back, and made again. */
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import {
  defaultSpec,
  type FieldValue,
  fieldsFor,
  type Spec,
  withField,
  withFields,
} from "../../experiment/spec.ts";
import { currentDataset } from "../state/select.ts";
import { specForDataset } from "../state/spec_for.ts";
import type { TaskContext } from "./tasks.ts";

export function settingTasks({ store }: TaskContext) {
  const { dispatch, get } = store;

  /** @returns what is wrong with the change, or null when it was made */
  function change(make: (spec: Spec) => Spec, drawn?: string): Problem | null {
    try {
      dispatch({ type: "spec", spec: make(get().spec), ...(drawn !== undefined && { drawn }) });
      return null;
    } catch (thrown) {
      return problemOf(thrown);
    }
  }

  return {
    /**
     * @param drawn whether the value comes from a slider being drawn: those in a row are taken back as one
     * @returns what is wrong with the value, or null when the setting took it
     */
    setField: (path: string, value: FieldValue, drawn = false): Problem | null =>
      change((spec) => withField(spec, path, value), drawn ? path : undefined),
    setFields: (values: Readonly<Record<string, FieldValue>>): Problem | null =>
      change((spec) => withFields(spec, values)),
    resetField(path: string): Problem | null {
      const field = fieldsFor(get().spec).find((one) => one.path === path);
      return field ? change((spec) => withField(spec, path, field.default)) : null;
    },
    /** All settings back to their defaults; the dataset in use stays. */
    resetAll: (): Problem | null =>
      change(() => {
        const dataset = currentDataset(get());
        return dataset ? specForDataset(defaultSpec(), dataset) : defaultSpec();
      }),
    /** Takes over what a preset of the objective fixes; its strategy becomes the one that runs. @returns what is wrong with that */
    async applyPreset(id: string): Promise<Problem | null> {
      const { PRESETS, withPreset } = await import("../../experiment/objective_presets.ts");
      const preset = PRESETS.find((one) => one.id === id);
      if (!preset) return null;
      const wrong = change((spec) => withPreset(spec, preset));
      if (!wrong) dispatch({ type: "strategies", strategies: [preset.objective.strategy.id] });
      return wrong;
    },
    undoSetting(): void {
      if (get().past.length === 0) return;
      dispatch({ type: "spec-undo" });
      dispatch({ type: "say", text: "Setting taken back." });
    },
    redoSetting(): void {
      if (get().future.length === 0) return;
      dispatch({ type: "spec-redo" });
      dispatch({ type: "say", text: "Setting made again." });
    },
    /** Turns the single keys of the page on or off. */
    setSingleKeys: (on: boolean) => dispatch({ type: "single-keys", on }),
  };
}
