/** What a link may be about: the settings as they are, or a run that has ended. */
import type { Spec } from "../../experiment/spec.ts";
import { nameOf } from "../names.ts";
import { playSpec } from "../play/linked.ts";
import { currentDataset, datasetRuns, spokenRun } from "../state/select.ts";
import { specForDataset, specForStrategy } from "../state/spec_for.ts";
import type { State } from "../state/state.ts";

export interface Subject {
  readonly id: string;
  /** Id of a stored run; null for settings alone. */
  readonly run: string | null;
  readonly spec: Spec;
  readonly name: string;
}

/** The likeliest first: the run that the page speaks of, among the results or while the settings are its own; else the settings. */
export function subjects(state: State): readonly Subject[] {
  const plane = state.route.view === "play" ? playSpec() : null;
  if (plane) return [{ id: "play", run: null, spec: plane, name: "Play as it stands" }];
  const dataset = currentDataset(state);
  const own = state.spec.train.strategy;
  const ticked = [...new Set([own, ...state.strategies])].filter((id) => state.strategies.includes(id));
  const base = dataset ? specForDataset(state.spec, dataset) : state.spec;
  const settings = (ticked.length > 0 ? ticked : [own]).map(
    (strategy): Subject => ({
      id: `settings ${strategy}`,
      run: null,
      spec: specForStrategy(base, strategy),
      name: `Settings as they are, ${nameOf(strategy)}`,
    }),
  );
  const runs = datasetRuns(state).flatMap((run): Subject[] =>
    run.status === "done" && run.spec
      ? [
          {
            id: run.id,
            run: run.id,
            spec: run.spec,
            name: `${run.name}, run of ${new Date(run.startedAt).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" })}`,
          },
        ]
      : [],
  );
  const spoken = spokenRun(state)?.id;
  const first = runs.find(
    (one) =>
      one.run === spoken &&
      (state.stage === "results" ||
        JSON.stringify(specForStrategy(base, one.spec.train.strategy)) === JSON.stringify(one.spec)),
  );
  const others = runs.filter((one) => one !== first).reverse();
  return first ? [first, ...settings, ...others] : [...settings, ...others];
}
