/** Rows: pages of them, and one row whole. */
import { problemOf } from "../../base/errors.ts";
import type { RowQuery } from "../../worker/api.ts";
import { isGoing } from "../state/run_view.ts";
import { chartRuns } from "../state/select.ts";
import { PAGE_SIZE } from "../state/state.ts";
import type { TaskContext } from "./tasks.ts";

export type RowTasks = ReturnType<typeof rowTasks>;

export function rowTasks({ engine, store }: TaskContext) {
  const { dispatch, get } = store;
  /** Only the newest answer counts: pages asked for in a hurry may arrive out of order. */
  let asked = 0;
  let askedGroup = 0;

  async function loadRows(query: Partial<RowQuery> = {}): Promise<void> {
    dispatch({ type: "query", query });
    const { dataset, query: full } = get();
    if (dataset === null) return;
    const mine = ++asked;
    try {
      const page = await engine.rows(dataset, full);
      if (mine === asked) dispatch({ type: "page", page });
    } catch (thrown) {
      if (mine === asked) dispatch({ type: "rows-failed", problem: problemOf(thrown) });
    }
  }

  /** The open row whole, with its weights in the runs of the charts. */
  async function loadGroup(): Promise<void> {
    const { dataset, row, query } = get();
    if (dataset === null || row === null) return;
    const mine = ++askedGroup;
    const runs = chartRuns(get()).map((run) => (isGoing(run) ? "live" : run.id));
    try {
      const group = await engine.group(dataset, row, query, runs);
      if (mine === askedGroup && group) dispatch({ type: "group", group });
    } catch (thrown) {
      if (mine === askedGroup) dispatch({ type: "group-failed", problem: problemOf(thrown) });
    }
  }

  function showRow(row: string | null): void {
    dispatch({ type: "row", row });
    void loadGroup();
  }

  return {
    loadRows,
    loadGroup,
    showRow,
    /** Shows the row with this 1-based number, wherever the table is. */
    async openRowNumber(number: number): Promise<void> {
      dispatch({ type: "stage", stage: "data" });
      const found = () => get().page?.rows.find((row) => row.row === number);
      if (!found()) {
        const offset = PAGE_SIZE * Math.floor((number - 1) / PAGE_SIZE);
        await loadRows({ sort: "row", descending: false, search: "", offset });
        // Rows that were left out shift the later ones towards earlier pages.
        if (!found() && offset > 0) await loadRows({ offset: offset - PAGE_SIZE });
      }
      showRow(found()?.id ?? null);
    },
    /** Opens the next (1) or previous (-1) row of the page of rows, while one is open. */
    nextRow(by: 1 | -1): void {
      const { row, page } = get();
      const at = page?.rows.findIndex((one) => one.id === row) ?? -1;
      const next = page?.rows[at + by];
      if (row !== null && at >= 0 && next) showRow(next.id);
    },
  };
}
