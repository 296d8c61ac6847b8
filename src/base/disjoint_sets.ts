/** Sets that only ever merge, each named by its smallest member (union-find with path halving). */
export interface DisjointSets {
  find(member: number): number;
  join(a: number, b: number): void;
  /** The set of every member. */
  classes(): Int32Array;
}

/** @param size members 0 ... size - 1, each alone at first */
export function disjointSets(size: number): DisjointSets {
  const parent = Int32Array.from({ length: size }, (_, i) => i);
  const find = (member: number): number => {
    let at = member;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  return {
    find,
    join(a, b) {
      const [x, y] = [find(a), find(b)];
      parent[Math.max(x, y)] = Math.min(x, y);
    },
    classes: () => parent.map((_, i) => find(i)),
  };
}
