/** Rows: pages of them, one row whole, one kept for comparing, and what is odd about the data. */
import { problemOf } from "../../base/errors.ts";
import type { RowQuery } from "../../worker/api.ts";
import { isGoing } from "../state/run_view.ts";
import { chartRuns } from "../state/select.ts";
import { NO_FILTER, PAGE_SIZE } from "../state/state.ts";
import type { TaskContext } from "./tasks.ts";

export type RowTasks = ReturnType<typeof rowTasks>;

export function rowTasks({ engine, store }: TaskContext) {
  const { dispatch, get } = store;
  /** Only the newest answer counts: pages asked for in a hurry may arrive out of order. */
  let asked = 0;
  let askedGroup = 0;
  let askedChecks = 0;

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
      if (mine !== askedGroup) return;
      if (group) dispatch({ type: "group", group });
      else dispatch({ type: "group-failed", problem: { what: "This row is not in the data any more." } });
    } catch (thrown) {
      if (mine === askedGroup) dispatch({ type: "group-failed", problem: problemOf(thrown) });
    }
  }

  /** Looks for copies and leaks; rows carry their marks afterwards. @param again whether to go on where it was stopped */
  async function loadChecks(again = false): Promise<void> {
    const { dataset, query } = get();
    if (dataset === null) return;
    const mine = ++askedChecks;
    const compared = (done: number): void => {
      if (mine === askedChecks && get().dataset === dataset) dispatch({ type: "checking", done });
    };
    if (again) compared(0);
    try {
      const checks = await engine.dataChecks(dataset, query, compared, again);
      if (mine !== askedChecks || get().dataset !== dataset) return;
      const before = get().checks;
      dispatch({ type: "checks", checks });
      if (JSON.stringify(before?.flags) !== JSON.stringify(checks.flags))
        await loadRows({ offset: get().query.offset });
    } catch {
      // Rows are shown without marks; what is wrong with the data is said where the rows are.
    }
  }

  function showRow(row: string | null): void {
    dispatch({ type: "row", row });
    void loadGroup();
  }

  /**
   * Opens a row, on the page of all rows that has it. @param name its id or its number
   * @returns whether there is such a row
   */
  async function openRow(name: string): Promise<boolean> {
    dispatch({ type: "stage", stage: "data" });
    const { dataset, query } = get();
    if (dataset === null) return false;
    const place = await engine.findRow(dataset, query, name).catch(() => null);
    if (!place || get().dataset !== dataset) return false;
    if (!get().page?.rows.some(({ id }) => id === place.id)) {
      const offset = PAGE_SIZE * Math.floor(place.before / PAGE_SIZE);
      await loadRows({ sort: "row", descending: false, search: "", filter: NO_FILTER, offset });
    }
    showRow(place.id);
    return true;
  }

  return {
    loadRows,
    loadGroup,
    loadChecks,
    stopChecks: () => engine.stopChecks(),
    showRow,
    openRow,
    openRowNumber: (row: number) => openRow(String(row)),
    /** The row that a link names. @returns what is wrong with it, or null */
    async openAddress(dataset: string, row: string): Promise<string | null> {
      const { datasets } = get();
      if (get().page?.hash.startsWith(dataset) !== true) {
        const named = datasets.find(({ hash }) => hash.startsWith(dataset));
        if (!named) return "The data of this link are not stored in this browser.";
        dispatch({ type: "use-dataset", hash: named.hash });
        // Without a run, a world is as its default settings make it.
        await loadRows({ run: null });
      }
      return (await openRow(row)) ? null : `There is no row ${row}.`;
    },
    /** Opens the next (1) or previous (-1) row, on the neighbouring page if need be, while one is open. */
    async nextRow(by: 1 | -1): Promise<void> {
      const { row, page, query } = get();
      if (row === null || !page) return;
      const at = page.rows.findIndex((one) => one.id === row);
      const next = at < 0 ? page.rows[0] : page.rows[at + by];
      if (next) return showRow(next.id);
      const offset = query.offset + by * PAGE_SIZE;
      if (offset < 0 || offset >= page.total) return;
      await loadRows({ offset });
      const first = get().page?.rows.at(by === 1 ? 0 : -1);
      if (first) showRow(first.id);
    },
    /** Keeps the open row for comparing with others; the same one again lets it go. */
    pinRow(): void {
      const { group, pinned } = get();
      if (group) dispatch({ type: "pin", group: pinned?.id === group.id ? null : group });
    },
    unpin: () => dispatch({ type: "pin", group: null }),
  };
}
