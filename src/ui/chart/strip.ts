/** Geometry of the tilt strip: one stem per group, blocks by source, loss rising to the right inside a block. */

export interface Stem {
  readonly row: number;
  readonly source: number;
  readonly h: number;
  /** Null where only the weight is known. */
  readonly loss: number | null;
  /** Multiple of the equal share. */
  readonly weight: number;
}

export interface StripLayout {
  readonly stems: readonly (Stem & { readonly x: number; readonly y: number; readonly clipped: boolean })[];
  readonly blocks: readonly { readonly source: number; readonly from: number; readonly to: number }[];
  /** Multiple of the equal share at the top end. */
  readonly top: number;
  readonly stroke: number;
  readonly base: number;
}

const GAP = 14;
/** Stems over this many times the equal share end in an arrow, so that one group cannot flatten all others. */
const MOST = 8;

/** @param order sources in the order of their blocks; others follow */
export function layoutStrip(
  stems: readonly Stem[],
  order: readonly number[],
  width: number,
  base: number,
): StripLayout {
  const rank = (source: number): number => {
    const at = order.indexOf(source);
    return at < 0 ? order.length : at;
  };
  const sorted = stems.toSorted(
    (a, b) => rank(a.source) - rank(b.source) || (a.loss ?? a.weight) - (b.loss ?? b.weight) || a.row - b.row,
  );
  const sources = [...new Set(sorted.map((stem) => stem.source))];
  const pitch = Math.min(24, (width - GAP * Math.max(0, sources.length - 1)) / Math.max(1, sorted.length));
  const heaviest = Math.max(2, ...stems.map((stem) => stem.weight));
  const top = Math.min(MOST, Math.ceil(heaviest * 1.05));
  const placed = sorted.map((stem, i) => {
    const x = GAP * sources.indexOf(stem.source) + pitch * (i + 0.5);
    const clipped = stem.weight > top;
    return { ...stem, x, y: base - (Math.min(top, stem.weight) / top) * base, clipped };
  });
  const blocks = sources.map((source) => {
    const own = placed.filter((stem) => stem.source === source);
    return { source, from: own[0]!.x - pitch / 2, to: own.at(-1)!.x + pitch / 2 };
  });
  return { stems: placed, blocks, top, stroke: Math.max(1, Math.min(5, pitch * 0.5)), base };
}
