/** Held-out prompts to ask runs, whole. */
import type { EngineApi, RowQuery } from "../../worker/api.ts";
import type { State } from "../state/state.ts";

const MOST = 12;
/** Rows come with this much of their prompt. */
const CUT = 300;

/** Of the current dataset, as a run split it; none when it cannot be read. */
export async function heldOutPrompts(
  engine: Pick<EngineApi, "rows" | "group">,
  { dataset, query }: Pick<State, "dataset" | "query">,
  run: string,
): Promise<readonly string[]> {
  if (dataset === null) return [];
  const filter = { source: null, split: "held-out", flag: null, ranges: {} } as const;
  const asked: RowQuery = {
    ...query,
    offset: 0,
    limit: MOST,
    sort: "row",
    descending: false,
    search: "",
    filter,
    run,
  };
  try {
    const { rows } = await engine.rows(dataset, asked);
    const prompts = await Promise.all(
      rows.map(async ({ id, prompt }) =>
        prompt.length < CUT ? prompt : ((await engine.group(dataset, id, asked, []))?.prompt ?? prompt),
      ),
    );
    return [...new Set(prompts)];
  } catch {
    return [];
  }
}
