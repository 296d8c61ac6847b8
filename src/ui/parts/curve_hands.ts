/** What mouse, pen, fingers and keys do to a chart of curves: reading a step, dragging over a stretch, pinching, zooming. */
import type { CurveFrame } from "../chart/curves.ts";
import { type Grip, pinched } from "../chart/pinch.ts";
import { pointIn } from "../zoom.ts";

/** Steps that a chart shows at least. */
const CLOSEST = 2;
/** Pixels after which a press is a drag. */
const DRAG = 6;
/** Pixels beside the axis in which its ends are read. */
const BESIDE = 6;
/** What one press of + or − does to the range. */
const CLOSER = 0.5;

type Range = readonly [first: number, last: number];

/** The chart that hands lie on. */
export interface Handled {
  /** As drawn last. */
  frame(): CurveFrame | null;
  /** Whether there is a line to read. */
  drawn(): boolean;
  /** Last step of the axis. */
  steps(): number;
  /** Steps in sight; null for all. */
  range(): Range | null;
  /** Step read out; null for none. */
  cursor(): number | null;
  tell(step: number | null): void;
  zoom(range: Range | null): void;
  /** The stretch that is dragged over, in pixels; null when it ends. */
  drag(over: Range | null): void;
}

/** Listeners for one chart. */
export class CurveHands {
  readonly #chart: Handled;
  /** Fingers on the picture, by their pointer, in pixels from its left. */
  readonly #fingers = new Map<number, number>();
  /** Where the axis was when the second finger came. */
  #grip: Grip | null = null;
  /** Where a mouse or a pen went down. */
  #dragFrom: number | null = null;
  #dragged: Range | null = null;

  constructor(chart: Handled) {
    this.#chart = chart;
  }

  readonly move = (event: PointerEvent): void => {
    const frame = this.#chart.frame();
    if (!frame || !this.#chart.drawn()) return;
    const pixel = pixelOf(event);
    if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, pixel);
    if (this.#dragFrom !== null && (this.#dragged || Math.abs(pixel - this.#dragFrom) >= DRAG)) {
      const inside = Math.min(frame.right, Math.max(frame.left, pixel));
      this.#drag(this.#dragFrom < inside ? [this.#dragFrom, inside] : [inside, this.#dragFrom]);
    }
    if (this.#grip) {
      const [first, second] = this.#fingers.values();
      this.#zoom(pinched(this.#grip, [first!, second!], [0, this.#chart.steps()]));
      return;
    }
    const beside = pixel < frame.left - BESIDE || pixel > frame.right + BESIDE;
    this.#tell(beside ? null : frame.x.invert(pixel));
  };

  /**
   * One finger reads out, two stretch and move the axis; up and down, the page scrolls. A mouse or a pen drags over the
   * stretch that is to fill the picture.
   */
  readonly down = (event: PointerEvent): void => {
    const frame = this.#chart.frame();
    if (event.pointerType !== "touch") {
      const pixel = pixelOf(event);
      if (event.button !== 0 || !frame || pixel < frame.left || pixel > frame.right) return;
      this.#dragFrom = pixel;
      try {
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
      } catch {
        // A pointer that is gone again cannot be held; the picture then hears of it only while it is above.
      }
      return;
    }
    this.#fingers.set(event.pointerId, pixelOf(event));
    const [first, second] = this.#fingers.values();
    if (this.#fingers.size !== 2 || !frame || !frame.lines.some((line) => line.at !== null)) {
      this.#grip = null;
      return;
    }
    this.#tell(null);
    const { x, left, right } = frame;
    this.#grip = { x, left, right, fingers: [first!, second!] };
  };

  readonly up = ({ pointerId }: PointerEvent): void => {
    if (this.#fingers.delete(pointerId)) this.#grip = null;
    const over = this.#dragFrom === null ? null : this.#dragged;
    const x = this.#chart.frame()?.x;
    this.#dragFrom = null;
    this.#drag(null);
    if (over && x) this.#zoom([x.invert(over[0]), x.invert(over[1])]);
  };

  readonly cancel = (event: PointerEvent): void => {
    this.#dragFrom = null;
    this.up(event);
  };

  readonly leave = (event: PointerEvent): void => {
    if (event.pointerType === "touch") this.up(event);
    this.#tell(null);
  };

  readonly blur = (): void => this.#tell(null);

  /** Shows all steps. */
  readonly all = (): void => this.#zoom(null);

  readonly key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [first, last] = this.#ends();
    const cursor = this.#chart.cursor();
    if (event.key === "Escape" && (cursor !== null || this.#chart.range())) {
      event.stopPropagation();
      this.#tell(null);
      this.#zoom(null);
    }
    if (event.key === "+" || event.key === "-") {
      event.preventDefault();
      const middle = cursor ?? (first + last) / 2;
      const half = ((last - first) / 2) * (event.key === "+" ? CLOSER : 1 / CLOSER);
      this.#zoom([middle - half, middle + half]);
    }
    const far = event.key === "PageUp" || event.key === "PageDown";
    const sign = { ArrowLeft: -1, PageUp: -1, ArrowRight: 1, PageDown: 1 }[event.key];
    const end = { Home: first, End: last }[event.key];
    if (!sign && end === undefined) return;
    event.preventDefault();
    this.#tell(end ?? (cursor ?? last) + sign! * (far ? 50 : 1));
  };

  #ends(): Range {
    return this.#chart.range() ?? [0, this.#chart.steps()];
  }

  #drag(over: Range | null): void {
    this.#dragged = over;
    this.#chart.drag(over);
  }

  #tell(step: number | null): void {
    const [first, last] = this.#ends();
    const bounded = step === null ? null : Math.round(Math.min(last, Math.max(first, step)));
    if (bounded !== this.#chart.cursor()) this.#chart.tell(bounded);
  }

  #zoom(range: Range | null): void {
    let wanted: Range | null = null;
    if (range) {
      const steps = this.#chart.steps();
      const from = Math.max(0, Math.floor(range[0]));
      const to = Math.min(steps, Math.ceil(range[1]));
      if (to - from < CLOSEST) return;
      wanted = from === 0 && to === steps ? null : [from, to];
    }
    if (wanted !== this.#chart.range()) this.#chart.zoom(wanted);
  }
}

/** Pixels from the left of the element that listens. */
const pixelOf = (event: PointerEvent): number => pointIn(event)[0];
