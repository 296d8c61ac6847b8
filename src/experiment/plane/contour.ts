/** Level lines of values on a square lattice: marching squares, joined into polylines. */

/** Nodes along one side, and the coordinates of the first and last. */
export interface Lattice {
  readonly size: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Lines where the bilinear surface through the nodes has the value `level`.
 * @param values [size, size] row by row from the low corner, x fastest
 * @returns [n, 2] points per line, x then y; a closed line ends where it began, an open one at the lattice's edge
 */
export function contourLines(values: ArrayLike<number>, lattice: Lattice, level: number): Float32Array[] {
  const neighbours = new Map<number, number[]>();
  const join = (a: number, b: number): void => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const known = neighbours.get(from);
      if (known) known.push(to);
      else neighbours.set(from, [to]);
    }
  };
  const { size } = lattice;
  for (let y = 0; y + 1 < size; y++) {
    for (let x = 0; x + 1 < size; x++) crossCell(values, size, level, y * size + x, join);
  }
  return traced(neighbours).map((edges) => {
    const line = new Float32Array(2 * edges.length);
    edges.forEach((edge, i) => {
      line.set(crossing(values, lattice, level, edge), 2 * i);
    });
    return line;
  });
}

/** Joins the crossed edges of the cell whose low corner is node `at`. Edges are numbered 2 node (rightwards), 2 node + 1 (upwards). */
function crossCell(
  values: ArrayLike<number>,
  size: number,
  level: number,
  at: number,
  join: (a: number, b: number) => void,
): void {
  const above = (node: number): boolean => values[node]! > level;
  const corners = [at, at + 1, at + size + 1, at + size];
  const edges = [2 * at, 2 * (at + 1) + 1, 2 * (at + size), 2 * at + 1];
  const crossed = edges.filter((_, i) => above(corners[i]!) !== above(corners[(i + 1) % 4]!));
  if (crossed.length === 2) join(crossed[0]!, crossed[1]!);
  if (crossed.length < 4) return;
  // A saddle: the centre decides which two corners hang together.
  const middle = corners.reduce((sum, node) => sum + values[node]!, 0) / 4 > level;
  const [a, b, c, d] = edges as [number, number, number, number];
  if (middle === above(corners[0]!)) {
    join(a, b);
    join(c, d);
  } else {
    join(d, a);
    join(b, c);
  }
}

/** Walks the graph of crossed edges: open lines from their ends, then closed ones from anywhere. */
function traced(neighbours: Map<number, number[]>): number[][] {
  const lines: number[][] = [];
  const walk = (start: number): void => {
    const line = [start];
    for (let at = start; ; ) {
      const next = neighbours.get(at)?.pop();
      if (next === undefined) break;
      const back = neighbours.get(next)!;
      back.splice(back.indexOf(at), 1);
      line.push(next);
      at = next;
    }
    if (line.length > 1) lines.push(line);
  };
  for (const [edge, others] of neighbours) if (others.length === 1) walk(edge);
  for (const edge of neighbours.keys()) walk(edge);
  return lines;
}

/** Where the level crosses an edge, by linear interpolation. */
function crossing(
  values: ArrayLike<number>,
  { size, low, high }: Lattice,
  level: number,
  edge: number,
): readonly [number, number] {
  const from = edge >> 1;
  const upwards = edge % 2 === 1;
  const to = upwards ? from + size : from + 1;
  const share = (level - values[from]!) / (values[to]! - values[from]!);
  const step = (high - low) / (size - 1);
  const x = (from % size) + (upwards ? 0 : share);
  const y = Math.floor(from / size) + (upwards ? share : 0);
  return [low + x * step, low + y * step];
}

/**
 * The density whose level line encloses `mass` of a distribution.
 * @param densities at the lattice's nodes, per unit area @param cell area that each node stands for
 * @returns null when the lattice does not hold that much
 */
export function enclosingLevel(densities: Float64Array, cell: number, mass: number): number | null {
  const sorted = densities.toSorted().reverse();
  let held = 0;
  for (const [i, density] of sorted.entries()) {
    const next = held + density * cell;
    if (next >= mass) {
      const share = (mass - held) / (density * cell);
      return density + (1 - share) * ((sorted[i - 1] ?? density) - density);
    }
    held = next;
  }
  return null;
}
