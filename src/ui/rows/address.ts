/** The address of a row: "#/workbench/row/1a2b3c4d/17", a dataset by the start of its hash and a row by its number. Pure. */
import { fragmentOf, type Route } from "../route.ts";

export interface RowAddress {
  /** First characters of the dataset's hash. */
  readonly dataset: string;
  /** 1-based. */
  readonly row: number;
}

const SHOWN = 8;

export function rowFragment(hash: string, row: number): string {
  return fragmentOf({ view: "workbench", rest: `row/${hash.slice(0, SHOWN)}/${row}` });
}

/** The row that a route names; null when it names none. */
export function rowAddressOf({ view, rest }: Route): RowAddress | null {
  const [, dataset, row] = (view === "workbench" && /^row\/([0-9a-f]{8})\/([1-9]\d{0,8})$/.exec(rest)) || [];
  return dataset && row ? { dataset, row: Number(row) } : null;
}
