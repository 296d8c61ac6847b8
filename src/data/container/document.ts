/** Rows inside one JSON document: an object of rows, an object with a list of rows, columns as lists, or a single row. */

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isListOfObjects = (value: unknown): value is Json[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject);

const isTurn = (item: Json): boolean =>
  (typeof item.role === "string" && "content" in item) || (typeof item.from === "string" && "value" in item);

/** An object of nothing but lists of rows: splits, say. One with conversations is a row. */
const isLists = (value: unknown): value is Json =>
  isObject(value) &&
  Object.keys(value).length > 0 &&
  Object.values(value).every(isListOfObjects) &&
  !Object.values(value).some((list) => (list as Json[]).every(isTurn));

/** Hugging Face's viewer wraps each row: {"row_idx": 0, "row": {…}}. */
const unwrapped = (item: Json): Json => (Object.hasOwn(item, "row") && isObject(item.row) ? item.row : item);

/** Of several lists those with rows of a known format; where none is known, the longest and those with the same columns. */
function rowsOfLists(lists: readonly (readonly Json[])[], isRow: (value: Json) => boolean): Json[] {
  const bare = lists.map((list) => list.map(unwrapped));
  const known = bare.filter((list) => list.slice(0, 20).some(isRow));
  if (known.length > 0) return known.flat();
  const columns = (list: readonly Json[]) => Object.keys(list[0]!).sort().join("\n");
  const longest = bare.reduce((best, list) => (list.length > best.length ? list : best));
  return bare.filter((list) => columns(list) === columns(longest)).flat();
}

export interface DocumentRows {
  readonly rows: readonly unknown[];
  /** Where the rows stand: brackets around each, and whether the innermost is a list. Absent where they do not stand as objects. */
  readonly at?: { readonly depth: number; readonly inList: boolean };
}

/**
 * @param isRow whether a value has the tell-tale columns of a format: such an object is one row, whatever it contains
 * @returns the rows; a document that is none of the known arrangements is returned as a single row
 */
export function rowsOfDocument(value: unknown, isRow: (value: Json) => boolean): DocumentRows {
  if (Array.isArray(value)) return { rows: value };
  if (!isObject(value)) return { rows: [value] };
  const entries = Object.values(value);
  // Before asking whether this is a row: columns have a row's names. Lists of objects are turns, not columns.
  if (entries.length > 1 && entries.every((entry) => Array.isArray(entry) && !entry.some(isObject))) {
    const turned = rowsOfColumns(Object.entries(value) as [string, unknown[]][]);
    if (turned !== null) return { rows: turned };
  }
  if (isRow(value)) return { rows: [value] };
  const lists = entries.filter(isListOfObjects);
  if (lists.length > 0) return { rows: rowsOfLists(lists, isRow), at: { depth: 2, inList: true } };
  const nested = entries.filter(isLists).filter((entry) => !isRow(entry));
  if (nested.length > 0) {
    const inner = nested.flatMap((entry) => Object.values(entry) as Json[][]);
    return { rows: rowsOfLists(inner, isRow), at: { depth: 3, inList: true } };
  }
  if (entries.length > 0 && entries.every(isObject)) {
    // Either rows by key, or (pandas) columns by row number.
    const columns = value as Readonly<Record<string, Json>>;
    const turned = rowsOfColumns(
      Object.entries(columns).map(([name, cells]) => [name, Object.values(cells)]),
    );
    return turned !== null && turned.length > 0 && !isRow(entries[0]! as Json) && isRow(turned[0]!)
      ? { rows: turned }
      : { rows: entries, at: { depth: 1, inList: false } };
  }
  return { rows: [value] };
}

/**
 * The lines on which the rows of a document begin, from 1 for its first line; null where it holds other objects in such a place, so that
 * rows and lines cannot be told to belong together.
 */
export function linesOfRows(text: string, { rows, at }: DocumentRows): readonly number[] | null {
  if (!at) return null;
  const lines: number[] = [];
  const open: string[] = [];
  let line = 1;
  for (let i = 0; i < text.length; i++) {
    const mark = text[i]!;
    if (mark === "\n") line++;
    else if (mark === '"') {
      // Strings hold no line ends.
      for (i++; text[i] !== '"' && i < text.length; i++) if (text[i] === "\\") i++;
    } else if (mark === "{" || mark === "[") {
      if (mark === "{" && open.length === at.depth && (open.at(-1) === "[") === at.inList) lines.push(line);
      open.push(mark);
    } else if (mark === "}" || mark === "]") open.pop();
  }
  return lines.length === rows.length ? lines : null;
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
