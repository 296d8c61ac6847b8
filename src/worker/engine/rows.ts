/** Pages of the data table: filtered, sorted, with what a run knows about each row. */
import type { Dataset } from "../../data/dataset.ts";
import type { ResponseEstimate, RunRecord } from "../../experiment/events.ts";
import type { Row, RowPage, RowQuery } from "../api.ts";

export interface RowKnowledge {
  /** By group index; an array per response. Null before the ratio stage. */
  readonly estimates: readonly (readonly ResponseEstimate[])[] | null;
  /** Indices of held-out groups. */
  readonly heldOut: ReadonlySet<number>;
  /** The run whose h and weights are shown. */
  readonly record: Pick<RunRecord, "units" | "lastWeights"> | null;
}

interface Tally {
  h: number;
  units: number;
  weight: number;
  weighed: number;
}

/** Mean h and mean last weight of the units of each group, by group id. */
function tally(record: RowKnowledge["record"]): Map<string, Tally> {
  const byGroup = new Map<string, Tally>();
  record?.units.forEach((unit, index) => {
    let entry = byGroup.get(unit.group);
    if (!entry) byGroup.set(unit.group, (entry = { h: 0, units: 0, weight: 0, weighed: 0 }));
    entry.h += unit.h;
    entry.units++;
    const weight = record.lastWeights[index] ?? null;
    if (weight !== null) {
      entry.weight += weight;
      entry.weighed++;
    }
  });
  return byGroup;
}

/** One page of rows. Rows without the value that is sorted by come last. */
export function pageOfRows(dataset: Dataset, query: RowQuery, known: RowKnowledge): RowPage {
  const byGroup = tally(known.record);
  const needle = query.search.trim().toLowerCase();
  const rows: Row[] = [];
  dataset.groups.forEach((group, index) => {
    const texts = [group.prompt, ...group.responses.map((response) => response.text)];
    if (needle && !texts.some((text) => text.toLowerCase().includes(needle))) return;
    const found = byGroup.get(group.id);
    rows.push({
      id: group.id,
      row: group.row,
      prompt: group.prompt,
      responses: group.responses.map((response, k) => ({
        text: response.text,
        source: response.source,
        score: response.score,
        estimate: known.estimates?.[index]?.[k] ?? null,
      })),
      h: found ? found.h / found.units : null,
      weight: found && found.weighed > 0 ? found.weight / found.weighed : null,
      split: known.heldOut.has(index) ? "held-out" : "train",
    });
  });
  const sign = query.descending ? -1 : 1;
  const key = (row: Row): number | null => (query.sort === "row" ? row.row : row[query.sort]);
  rows.sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0);
    return sign * (x - y);
  });
  return { total: rows.length, rows: rows.slice(query.offset, query.offset + query.limit) };
}
