/**
 * Curves on a canvas, by uPlot: for lines that grow many times a second. Axes, looks and points are those of the SVG
 * (chart/curves.ts); this file only tells uPlot. Loaded when the first curve is drawn.
 */
import uPlot from "uplot";
import sheet from "uplot/dist/uPlot.min.css?url";
import { addSheet } from "../sheet.ts";
import { onZoom, pageZoom } from "../zoom.ts";
import type { CurveFrame } from "./curves.ts";
import { type LiveLine, liveData } from "./live_data.ts";

export interface LivePlot {
  /** Draws a frame, at this size in CSS pixels. */
  draw(frame: CurveFrame, width: number, height: number): void;
  destroy(): void;
}

/** How lines of a kind look, as the style sheet says. */
interface Look {
  readonly stroke: string;
  readonly width: number;
  readonly dash: readonly number[];
  readonly cap: CanvasLineCap;
}

const FOOT = 24;
/** Opacity of a line by what it is; bands are filled at this share of their line's colour. */
const ALPHA = { line: 1, raw: 0.25, seed: 0.45, low: 0, high: 0 } as const;
const BAND = 0.13;

/** The style sheet of uPlot must be there before the first plot. */
export const ready: Promise<void> = addSheet(sheet);

/** Looks as the style sheet gives them, read once for all charts: every question makes the browser style the page first. */
const looks = new Map<string, Look>();

function look(classes: string): Look {
  let known = looks.get(classes);
  if (!known) {
    const probe = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS(probe.namespaceURI!, "path");
    probe.setAttribute("class", "offstage");
    path.setAttribute("class", classes);
    probe.append(path);
    document.body.append(probe);
    const { stroke, strokeWidth, strokeDasharray, strokeLinecap } = getComputedStyle(path);
    const lengths = strokeDasharray.match(/[\d.]+/g)?.map(Number) ?? [];
    known = {
      stroke,
      width: Number.parseFloat(strokeWidth),
      dash: lengths.map((length) => length * devicePixelRatio),
      cap: strokeLinecap as CanvasLineCap,
    };
    probe.remove();
    looks.set(classes, known);
  }
  return known;
}

/** Told when looks change: another theme, of the page or of the system. */
const restyles = new Set<() => void>();

function changeLooks(): void {
  looks.clear();
  for (const restyle of restyles) restyle();
}
new MutationObserver(changeLooks).observe(document.documentElement, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changeLooks);
onZoom(() => {
  for (const restyle of restyles) restyle();
});

/**
 * @param host an empty element; looks are read from `path.curve.k-…` inside it
 */
export function createLive(host: HTMLElement): LivePlot {
  let plot: uPlot | undefined;
  let kind = "";
  let frame: CurveFrame;
  let size = { width: 0, height: 0 };
  /** The canvas is drawn at the screen's own pixels: every length of the frame is so many of them. */
  let zoom = 1;
  function series({ key, role }: LiveLine): uPlot.Series {
    const drawn = role === "line" || role === "raw" || role === "seed";
    const own = (): Look => look(`curve k-${key}`);
    return {
      scale: "y",
      points: { show: false },
      alpha: drawn ? ALPHA[role] : 1,
      stroke: drawn ? () => own().stroke : "transparent",
      width: drawn ? zoom * (role === "line" ? own().width : 1) : 0,
      ...(role === "line" &&
        own().dash.length > 0 && { dash: own().dash.map((length) => zoom * length), cap: own().cap }),
    };
  }

  function open(lines: readonly LiveLine[], data: uPlot.AlignedData): uPlot {
    const bands = lines.flatMap(({ key, role }, i): uPlot.Band[] =>
      role === "high"
        ? [{ series: [i + 1, i], fill: () => transparent(look(`curve k-${key}`).stroke, BAND) }]
        : [],
    );
    const line = (classes: string): uPlot.Axis.Grid => ({
      show: true,
      stroke: () => look(classes).stroke,
      width: zoom,
    });
    const blank = (_: uPlot, splits: number[]): string[] => splits.map(() => "");
    const all = (_: uPlot, splits: number[]): number[] => splits;
    return new uPlot(
      {
        ...size,
        padding: [() => zoom * frame.top, () => size.width - zoom * frame.right, 0, 0],
        legend: { show: false },
        // Hairline, values and the stretch that is dragged over are drawn above the canvas, for every kind of pointer.
        cursor: { show: false },
        select: { show: false, left: 0, top: 0, width: 0, height: 0 },
        scales: {
          x: {
            time: false,
            distr: isLogarithmic(frame.x) ? 3 : 1,
            range: () => [frame.x.domain[0], frame.x.domain[1]],
          },
          y: {
            distr: frame.logValues ? 3 : 1,
            range: () => [frame.y.domain[0], frame.y.domain[1]],
          },
        },
        axes: [
          {
            size: zoom * FOOT,
            splits: () => [...frame.xTicks],
            values: blank,
            filter: all,
            grid: { show: false },
            ticks: { ...line("axis"), size: zoom * 4 },
            border: line("axis"),
          },
          {
            scale: "y",
            size: () => zoom * frame.left,
            splits: () => [...frame.yTicks],
            values: blank,
            filter: all,
            grid: line("grid"),
            ticks: { show: false },
          },
        ],
        series: [{}, ...lines.map(series)],
        bands,
      },
      data,
      host,
    );
  }

  function restyle(): void {
    kind = ""; // widths and dashes are read once per plot
    if (plot) live.draw(frame, size.width / zoom, size.height / zoom);
  }
  restyles.add(restyle);

  const live: LivePlot = {
    draw(next, width, height) {
      frame = next;
      const { lines, steps, values } = liveData(next);
      const data = [steps, ...values] as unknown as uPlot.AlignedData;
      zoom = pageZoom();
      const wanted = JSON.stringify([lines, isLogarithmic(next.x), next.logValues, zoom]);
      const drawn = { width: Math.round(zoom * width), height: Math.round(zoom * height) };
      const resized = drawn.width !== size.width || drawn.height !== size.height;
      size = drawn;
      if (wanted !== kind || !plot) {
        plot?.destroy();
        plot = open(lines, data);
        kind = wanted;
        return;
      }
      const known = plot;
      known.batch(() => {
        if (resized) known.setSize(size);
        known.setData(data, true);
        known.redraw(true, true);
      });
    },
    destroy() {
      restyles.delete(restyle);
      plot?.destroy();
    },
  };
  return live;
}

function isLogarithmic(scale: CurveFrame["x"]): boolean {
  return scale.logarithmic === true;
}

/** A colour as computed styles give it, let through by so much. */
function transparent(colour: string, share: number): string {
  const parts = /^rgb\((.*)\)$/.exec(colour)?.[1];
  return parts ? `rgba(${parts}, ${share})` : "transparent";
}
