/** Policy density as five flat steps on a canvas. Cheap enough for four panels at thirty frames a second. */
import { SHOWN } from "./geometry.ts";

/** Densities per unit area at which the steps begin: one scale for all panels, steps and shifts. */
export const LEVELS = [0.012, 0.03, 0.06, 0.1, 0.15] as const;

/** Bytes of red, green, blue, alpha as one number of an ImageData seen as words; 0 is nothing at all. */
export type Palette = readonly number[];

/**
 * Fills a picture.
 * @param density [grid, grid] probability per cell, row by row from the low corner
 * @param area of a cell
 * @param box corners of the grid
 * @param out [width * height] words, row by row from the top
 */
export function paintDensity(
  density: ArrayLike<number>,
  grid: number,
  area: number,
  box: { readonly low: number; readonly high: number },
  palette: Palette,
  out: Uint32Array,
  width: number,
  height: number,
): void {
  const step = (box.high - box.low) / grid;
  const levels = LEVELS.map((level) => level * area);
  const [l1, l2, l3, l4, l5] = levels as [number, number, number, number, number];
  const [none, c1, c2, c3, c4, c5] = [0, ...palette] as [number, number, number, number, number, number];
  /** Position between the centres of cells: index of the lower one, and how far to the next. */
  const between = (value: number): readonly [number, number] => {
    const at = Math.min(grid - 1.000001, Math.max(0, (value - box.low) / step - 0.5));
    return [Math.floor(at), at - Math.floor(at)];
  };
  const columns = Array.from({ length: width }, (_, px) =>
    between(SHOWN.left + ((px + 0.5) / width) * (SHOWN.right - SHOWN.left)),
  );
  const index = Int32Array.from(columns, ([i]) => i);
  const share = Float32Array.from(columns, ([, f]) => f);
  const row = new Float32Array(grid);
  for (let py = 0; py < height; py++) {
    const [j, f] = between(SHOWN.top - ((py + 0.5) / height) * (SHOWN.top - SHOWN.bottom));
    const low = j * grid;
    for (let i = 0; i < grid; i++) row[i] = density[low + i]! * (1 - f) + density[low + grid + i]! * f;
    const start = py * width;
    for (let px = 0; px < width; px++) {
      const i = index[px]!;
      const value = row[i]! + (row[i + 1]! - row[i]!) * share[px]!;
      out[start + px] =
        value < l1 ? none : value < l3 ? (value < l2 ? c1 : c2) : value < l4 ? c3 : value < l5 ? c4 : c5;
    }
  }
}

let known: { readonly scheme: string; readonly palette: Palette } | undefined;

/** The five colours of the heat tokens under the theme in force. */
export function heatPalette(): Palette {
  const root = document.documentElement;
  const scheme = `${root.dataset.theme ?? ""} ${matchMedia("(prefers-color-scheme: dark)").matches}`;
  if (known?.scheme === scheme) return known.palette;
  const probe = document.createElement("i");
  probe.hidden = true;
  document.body.append(probe);
  const palette = LEVELS.map((_, i) => {
    probe.className = `heat-${i + 1}`;
    const [r = 0, g = 0, b = 0] = (getComputedStyle(probe).color.match(/\d+/g) ?? []).map(Number);
    return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
  });
  probe.remove();
  known = { scheme, palette };
  return palette;
}
