/** Rows inside one JSON document: an object of rows, an object with a list of rows, columns as lists, or a single row. */

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param isRow whether a value has the tell-tale columns of a format: such an object is one row, whatever it contains
 * @returns the rows; a document that is none of the known arrangements is returned as a single row
 */
export function rowsOfDocument(value: unknown, isRow: (value: Json) => boolean): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return [value];
  const entries = Object.values(value);
  // Before asking whether this is a row: columns have a row's names. Lists of objects are turns, not columns.
  if (entries.length > 1 && entries.every((entry) => Array.isArray(entry) && !entry.some(isObject))) {
    const turned = rowsOfColumns(Object.entries(value) as [string, unknown[]][]);
    if (turned !== null) return turned;
  }
  if (isRow(value)) return [value];
  const list = entries.find((entry) => Array.isArray(entry) && entry.length > 0 && entry.every(isObject));
  if (list) {
    // Hugging Face's viewer wraps each row: {"row_idx": 0, "row": {…}}.
    return (list as Json[]).map((item) =>
      Object.hasOwn(item, "row") && isObject(item.row) ? item.row : item,
    );
  }
  if (entries.length > 0 && entries.every(isObject)) {
    // Either rows by key, or (pandas) columns by row number.
    const columns = value as Readonly<Record<string, Json>>;
    const turned = rowsOfColumns(
      Object.entries(columns).map(([name, cells]) => [name, Object.values(cells)]),
    );
    return turned !== null && turned.length > 0 && !isRow(entries[0]! as Json) && isRow(turned[0]!)
      ? turned
      : entries;
  }
  return [value];
}

/** Columns of equal length as rows; null when the lengths differ. */
function rowsOfColumns(columns: readonly (readonly [string, readonly unknown[]])[]): Json[] | null {
  const length = columns[0]?.[1].length ?? 0;
  if (columns.some(([, cells]) => cells.length !== length)) return null;
  return Array.from({ length }, (_, i) => {
    const row: Record<string, unknown> = Object.create(null);
    for (const [name, cells] of columns) row[name] = cells[i];
    return row;
  });
}
