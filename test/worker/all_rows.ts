import type { RowQuery } from "../../src/worker/api.ts";

/** Everything, as it stands in the file. */
export const ALL_ROWS: RowQuery = {
  offset: 0,
  limit: 50,
  sort: "row",
  descending: false,
  search: "",
  filter: { source: null, split: null, flag: null, ranges: {} },
  run: null,
  split: { seed: 0, heldOut: 0.2 },
};
