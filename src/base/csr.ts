/** Sparse matrices in compressed row form, and the cuts that let a kernel sum long rows in parallel. */

export interface Csr {
  readonly rows: number;
  readonly columns: number;
  /** Entries of row r are rowStart[r] ... rowStart[r + 1] - 1; length rows + 1. */
  readonly rowStart: Uint32Array;
  /** Column of each entry, ascending within a row. */
  readonly column: Uint32Array;
  readonly value: Float32Array;
}

/** The transpose, entries of each of its rows ascending. */
export function transpose(matrix: Csr): Csr {
  const { rows, columns, rowStart, column, value } = matrix;
  const start = new Uint32Array(columns + 1);
  for (let e = 0; e < column.length; e++) start[column[e]! + 1]!++;
  for (let c = 0; c < columns; c++) start[c + 1]! += start[c]!;
  const next = start.slice(0, columns);
  const row = new Uint32Array(column.length);
  const transposed = new Float32Array(column.length);
  for (let r = 0; r < rows; r++) {
    for (let e = rowStart[r]!; e < rowStart[r + 1]!; e++) {
      const at = next[column[e]!]!++;
      row[at] = r;
      transposed[at] = value[e]!;
    }
  }
  return { rows: columns, columns: rows, rowStart: start, column: row, value: transposed };
}

/** A matrix's rows cut into pieces of bounded length. */
export interface Segments {
  readonly count: number;
  /** First entry of each segment; length count + 1. */
  readonly segmentStart: Uint32Array;
  /** First segment of each row; length rows + 1. An empty row has none. */
  readonly rowSegment: Uint32Array;
}

/** Cuts every row into segments of at most `longest` entries. */
export function segmentRows(matrix: Csr, longest: number): Segments {
  const rowSegment = new Uint32Array(matrix.rows + 1);
  for (let r = 0; r < matrix.rows; r++) {
    const length = matrix.rowStart[r + 1]! - matrix.rowStart[r]!;
    rowSegment[r + 1] = rowSegment[r]! + Math.ceil(length / longest);
  }
  const count = rowSegment[matrix.rows]!;
  const segmentStart = new Uint32Array(count + 1);
  for (let r = 0; r < matrix.rows; r++) {
    for (let s = rowSegment[r]!; s < rowSegment[r + 1]!; s++) {
      segmentStart[s] = matrix.rowStart[r]! + (s - rowSegment[r]!) * longest;
    }
  }
  segmentStart[count] = matrix.rowStart[matrix.rows]!;
  return { count, segmentStart, rowSegment };
}

/** A matrix from dense rows; zeros are left out. */
export function csrFromRows(rows: readonly ArrayLike<number>[], columns: number): Csr {
  const rowStart = new Uint32Array(rows.length + 1);
  const column: number[] = [];
  const value: number[] = [];
  rows.forEach((row, r) => {
    for (let c = 0; c < columns; c++) {
      if (row[c] === 0) continue;
      column.push(c);
      value.push(row[c]!);
    }
    rowStart[r + 1] = column.length;
  });
  return {
    rows: rows.length,
    columns,
    rowStart,
    column: Uint32Array.from(column),
    value: Float32Array.from(value),
  };
}
