/**
 * The address of a row: "#/workbench/row/1a2b3c4d/17", a dataset by the start of its hash and a row by its number in its file; with the
 * file's number before it, "2:17", where the data came from several. Pure.
 */
import type { DatasetSummary } from "../../worker/api.ts";
import { fragmentOf, type Route } from "../route.ts";

export interface RowAddress {
  /** First characters of the dataset's hash. */
  readonly dataset: string;
  /** 1-based, with the file's number where there are several. */
  readonly row: string;
}

const SHOWN = 8;

/** A row that can be named. */
interface Named {
  readonly id: string;
  readonly row: number;
}

const OF_FILE = /^([1-9]\d*):[1-9]\d*$/;

/** What names a row among all: its number, and its file's where there are several. */
export const nameOfRow = ({ id, row }: Named): string => (OF_FILE.test(id) ? id : String(row));

/** The file that a row of several files' data is of; null where there is one file. */
export function fileOfRow({ id }: Pick<Named, "id">, data: DatasetSummary | null): string | null {
  const file = OF_FILE.exec(id)?.[1];
  return file === undefined ? null : (data?.reading?.files[Number(file) - 1]?.name ?? `file ${file}`);
}

export function rowFragment(hash: string, row: Named): string {
  return fragmentOf({ view: "workbench", rest: `row/${hash.slice(0, SHOWN)}/${nameOfRow(row)}` });
}

/** The row that a route names; null when it names none. */
export function rowAddressOf({ view, rest }: Route): RowAddress | null {
  const [, dataset, row] =
    (view === "workbench" && /^row\/([0-9a-f]{8})\/((?:[1-9]\d{0,3}:)?[1-9]\d{0,8})$/.exec(rest)) || [];
  return dataset && row ? { dataset, row } : null;
}
