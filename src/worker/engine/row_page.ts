/** Pages of the data table: what matches, in order, with histograms of the columns. */

import { numbersOf } from "../../base/lazy_list.ts";
import type { Dataset, Group } from "../../data/dataset.ts";
import { FLAG } from "../../data/duplicates.ts";
import { labelsOf } from "../../data/packed/groups.ts";
import type { ColumnBins, Row, RowColumn, RowFlag, RowPage, RowQuery } from "../api.ts";
import { dataColumns } from "./row_columns.ts";
import type { Knowledge } from "./row_knowledge.ts";
import { binEdges, binsOf, matchRows, ROW_COLUMNS, searched } from "./row_matches.ts";
import { inOrder } from "./row_order.ts";

/** Characters of a prompt that a row of the table carries. */
const SHOWN = 300;

export const FLAG_NAMES: readonly (readonly [flag: RowFlag, bit: number])[] = [
  ["prompt", FLAG.prompt],
  ["response", FLAG.response],
  ["near-prompt", FLAG.nearPrompt],
  ["near-response", FLAG.nearResponse],
  ["across-sources", FLAG.acrossSources],
  ["leak", FLAG.leak],
];

function flagNames(bits: number): RowFlag[] {
  return FLAG_NAMES.filter(([, bit]) => (bits & bit) !== 0).map(([flag]) => flag);
}

/** Files in the order they were given, rows in the order of their file: ids of several files begin with the file's number. */
function placeOf({ id, row }: Pick<Group, "id" | "row">): number {
  const file = /^(\d+):/.exec(id)?.[1];
  return (file === undefined ? 0 : Number(file) * 2 ** 32) + row;
}

/** As `RowApi.findRow`. */
export function findRow(
  groups: Dataset["groups"],
  row: string,
): { readonly id: string; readonly before: number } | null {
  const labels = labelsOf(groups);
  const places = numbersOf(labels, new Float64Array(groups.length), placeOf);
  let index = labels.findIndex(({ id }) => id === row);
  // The number of a row is not always its id.
  if (index < 0 && /^\d+$/.test(row)) index = labels.findIndex((label) => label.row === Number(row));
  if (index < 0) return null;
  const own = places[index]!;
  const before = places.reduce((n, place, g) => n + (place < own || (place === own && g < index) ? 1 : 0), 0);
  return { id: labels[index]!.id, before };
}

/** Answers queries on rows. Remembers the last search, matches and order: paging through them costs nothing. */
export function rowPages() {
  let search: { key: string; groups: Dataset["groups"]; found: Uint8Array | null } | undefined;
  let edges: { version: string; of: Partial<Record<RowColumn, readonly number[] | null>> } | undefined;
  let matches:
    | { key: string; rows: Uint32Array; columns: Partial<Record<RowColumn, ColumnBins>> }
    | undefined;
  let order: { key: string; rows: Uint32Array } | undefined;

  return (dataset: Dataset, query: RowQuery, known: Knowledge): RowPage => {
    const { groups } = dataset;
    const own = dataColumns(dataset);
    const columns = { ...own, ...known.run };
    if (search?.key !== query.search || search.groups !== groups)
      search = { key: query.search, groups, found: searched(dataset, query.search) };
    if (edges?.version !== known.version) {
      edges = { version: known.version, of: {} };
      for (const column of ROW_COLUMNS) edges.of[column] = binEdges(columns[column]);
    }
    const matchKey = JSON.stringify([known.version, query.search, query.filter], (_, value: unknown) =>
      typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
    );
    if (matches?.key !== matchKey) {
      const { rows, but } = matchRows(dataset, query.filter, search.found, { ...known, columns });
      const bins: Partial<Record<RowColumn, ColumnBins>> = {};
      for (const column of ROW_COLUMNS) {
        const cut = edges.of[column];
        if (cut) bins[column] = binsOf(columns[column], cut, but[column]);
      }
      matches = { key: matchKey, rows, columns: bins };
    }
    const orderKey = `${matchKey} ${query.sort} ${query.descending}`;
    if (order?.key !== orderKey) {
      const keys =
        query.sort === "row"
          ? numbersOf(labelsOf(groups), new Float64Array(groups.length), placeOf)
          : columns[query.sort];
      order = { key: orderKey, rows: inOrder(matches.rows, keys, query.descending) };
    }
    const page = order.rows.subarray(query.offset, query.offset + query.limit);
    return {
      hash: dataset.hash,
      total: order.rows.length,
      of: groups.length,
      columns: matches.columns,
      rows: Array.from(page, (g): Row => {
        const { id, row, prompt, responses, preferences = [] } = groups[g]!;
        const firstPreferred =
          Number.isNaN(columns.score[g]) && preferences.some(([one, other]) => one === 0 && other === 1);
        const value = (column: RowColumn): number | null => {
          const number = columns[column][g]!;
          return Number.isNaN(number) ? null : number;
        };
        return {
          id,
          row,
          prompt: prompt.slice(0, SHOWN),
          responses: responses.map(({ source, score }) => ({ source, score })),
          ...(firstPreferred && { firstPreferred }),
          length: own.length[g]!,
          score: value("score"),
          margin: value("margin"),
          h: value("h"),
          weight: value("weight"),
          loss: value("loss"),
          split: known.heldOut.has(g) ? "held-out" : "train",
          flags: flagNames(known.flags?.[g] ?? 0),
        };
      }),
    };
  };
}
