/** One strategy's plane: policy density over the lines of the sources, with a crosshair that reads out. */
import { html, nothing, svg, type TemplateResult } from "lit";
import type { PlaneWorldView } from "../../worker/api.ts";
import type { TableData } from "../chart/table_data.ts";
import { MeasuredElement } from "../element.ts";
import { figureTable } from "../parts/figure_table.ts";
import type { Takeaway } from "../parts/save_menu.ts";
import { take } from "../parts/take.ts";
import { fixed } from "../text.ts";
import { onTheme } from "../theme.ts";
import { pageZoom, pointIn } from "../zoom.ts";
import {
  ASPECT,
  cellArea,
  cellAt,
  contourPath,
  labelPlace,
  type PanelScale,
  panelScale,
  SHOWN,
} from "./geometry.ts";
import { heatPalette, type Palette, paintDensity } from "./paint.ts";
import { sourceKey, sourceLetter, sourceName } from "./sources.ts";

export type Crosshair = readonly [x: number, y: number];

/** Step of the crosshair under a key, plane units. */
const STEP = 0.2;
/** Pixels of the canvas per CSS pixel, at most. */
const SHARP = 2;

class TiltPlane extends MeasuredElement {
  static override properties = {
    world: {},
    density: {},
    cross: {},
    name: {},
    line: {},
    finding: {},
    first: { type: Boolean },
    tabled: { state: true },
  };
  declare world: PlaneWorldView;
  /** [cells] probabilities; null before the first frame. */
  declare density: Float32Array | null;
  declare cross: Crosshair | null;
  declare name: string;
  /** What the strategy does, in one line. */
  declare line: string;
  /** What the picture shows, in one sentence. */
  declare finding: string;
  /** The first panel of the row carries axes and whole names. */
  declare first: boolean;
  declare tabled: boolean;
  #of: Takeaway | undefined;
  #picture: ImageData | null = null;
  /** What the canvas shows. */
  #painted: { readonly density: Float32Array; readonly palette: Palette; readonly measured: number } | null =
    null;
  #drawn: { readonly world: PlaneWorldView; readonly width: number; readonly lines: unknown } | null = null;

  #release: (() => void) | undefined;

  /** A canvas keeps its colours: a picture that stands still is painted again under another theme. */
  override connectedCallback(): void {
    super.connectedCallback();
    this.#release = onTheme(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#release?.();
  }

  constructor() {
    super();
    this.density = null;
    this.cross = null;
    this.tabled = false;
  }

  /** The observer measures: asking for the width here would lay the page out anew for each of twelve small figures. */
  protected override shouldUpdate(): boolean {
    return true;
  }

  override render() {
    const { measured, cross } = this;
    const scale = panelScale(Math.max(40, measured));
    const caption = html`<div class="plane-cap">
      <p class="why" aria-live=${document.activeElement === this.firstElementChild?.nextElementSibling ? "polite" : "off"}>${
        cross ? this.#reading(cross) : this.line
      }</p>
      ${take(this.#takeaway(), `the plane of ${this.name}`, this.tabled, () => (this.tabled = !this.tabled))}
    </div>`;
    if (this.tabled)
      return html`${caption}<div class="plate tabled">${figureTable(this.#table(), `Policy density of ${this.name}`, "None before the first frame.")}</div>`;
    return html`${caption}
    <div
      class="plate"
      tabindex="0"
      role="group"
      aria-label="Plane of ${this.name}: arrow keys move a crosshair"
      @pointermove=${(event: PointerEvent) => this.#point(event, scale)}
      @pointerleave=${() => this.#tell(null)}
      @blur=${() => this.#tell(null)}
      @keydown=${this.#key}
    >
      <canvas aria-hidden="true"></canvas>
      <svg class="plane" viewBox="0 0 ${scale.width} ${scale.height}" role="img" aria-label=${this.finding}>
        ${this.#sources(scale)} ${cross ? crosshair(cross, scale) : nothing}
      </svg>
    </div>`;
  }

  /** The same while its name is: frames come many times a second. */
  #takeaway(): Takeaway {
    const title = `Policy density, ${this.name}`;
    if (this.#of?.title !== title) {
      this.#of = {
        title,
        unit: "per unit of area; lines hold 50 % and 90 % of each source",
        table: () => this.#table(),
        drawing: () => this.#whole(),
      };
    }
    return this.#of;
  }

  /** Density of policy and sources, cell by cell. */
  #table(): TableData {
    const { world, density } = this;
    const { grid, box } = world;
    const step = (box.high - box.low) / grid;
    const at = (i: number): number => box.low + (i + 0.5) * step;
    const area = cellArea(world);
    return {
      columns: [
        { name: "y₁", decimals: 2 },
        { name: "y₂", decimals: 2 },
        { name: this.name, decimals: 4 },
        ...world.sources.map((_, k) => ({ name: sourceName(k), decimals: 4 })),
      ],
      rows: Array.from(density ?? [], (share, cell) => [
        at(cell % grid),
        at(Math.floor(cell / grid)),
        share / area,
        ...world.sources.map(({ density: of }) => of[cell]!),
      ]),
    };
  }

  /** The heat map as a picture within the drawing of the lines. */
  #whole(): TemplateResult | undefined {
    const canvas = this.querySelector("canvas");
    if (!canvas || canvas.width < 40) return undefined;
    const scale = panelScale(this.measured);
    const { width, height } = scale;
    return html`<svg class="plane" viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${this.finding}>
      <image href=${canvas.toDataURL()} width=${width} height=${height} preserveAspectRatio="none"/>
      ${this.#lines(scale)}
    </svg>`;
  }

  override updated(): void {
    const canvas = this.querySelector("canvas");
    if (!canvas) {
      this.#painted = null;
      return;
    }
    const { measured, density, world } = this;
    if (measured < 40 || !density) return;
    const palette = heatPalette();
    const painted = { density, palette, measured };
    if (
      this.#painted?.density === density &&
      this.#painted.palette === palette &&
      this.#painted.measured === measured
    )
      return;
    this.#painted = painted;
    const sharp = Math.min(SHARP, devicePixelRatio * pageZoom(), 420 / measured);
    const width = Math.round(measured * Math.max(1, sharp));
    const height = Math.round(width * ASPECT);
    if (canvas.width !== width || canvas.height !== height || !this.#picture) {
      canvas.width = width;
      canvas.height = height;
      this.#picture = new ImageData(width, height);
    }
    const words = new Uint32Array(this.#picture.data.buffer);
    paintDensity(density, world.grid, cellArea(world), world.box, palette, words, width, height);
    canvas.getContext("2d")!.putImageData(this.#picture, 0, 0);
  }

  /** Lines and labels; made again only when the world or the width changes. */
  #sources(scale: PanelScale) {
    const { world } = this;
    if (this.#drawn?.world === world && this.#drawn.width === scale.width) return this.#drawn.lines;
    const lines = this.#lines(scale);
    this.#drawn = { world, width: scale.width, lines };
    return lines;
  }

  #lines(scale: PanelScale) {
    const { world } = this;
    const spelled = this.first && scale.width >= 250;
    return svg`
      ${world.sources.map(({ lines: masses }, k) => {
        const key = sourceKey(k);
        return masses.map((each) => {
          const path = contourPath(each, scale);
          return svg`<path class="halo" d=${path}/><path class="c-${key}" d=${path}/>`;
        });
      })}
      ${spelled ? axes(scale) : nothing}
      ${world.sources.map(({ lines: masses }, k) => {
        const words = spelled ? sourceName(k) : sourceLetter(k);
        const place = labelPlace(masses.at(-1) ?? [], k, scale, 6.4 * words.length);
        if (!place) return nothing;
        return svg`<text class="lab f-${sourceKey(k)}" x=${place.x.toFixed(1)} y=${place.y.toFixed(1)} text-anchor=${place.anchor}>${words}</text>`;
      })}`;
  }

  #reading([x, y]: Crosshair) {
    const { world, density } = this;
    const cell = cellAt(world, x, y);
    if (cell === null) return nothing;
    const pi = density ? density[cell]! / cellArea(world) : null;
    return html`<span class="at">(${fixed(x, 1)}, ${fixed(y, 1)})</span> <i>π</i> <b>${fixed(pi, 3)}</b>${world.sources.map(
      ({ density: q }, k) => html` <i>Q</i><sub>${sourceLetter(k)}</sub> ${fixed(q[cell]!, 3)}`,
    )}`;
  }

  #point(event: PointerEvent, scale: PanelScale): void {
    this.#tell(scale.at(...pointIn(event)));
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.#tell(null);
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!by) return;
    event.preventDefault();
    const [x, y] = this.cross ?? [0, 0];
    const far = event.shiftKey ? 5 : 1;
    const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
    this.#tell([
      within(x + by[0]! * STEP * far, SHOWN.left + 0.1, SHOWN.right - 0.1),
      within(y + by[1]! * STEP * far, SHOWN.bottom + 0.1, SHOWN.top - 0.1),
    ]);
  }

  #tell(cross: Crosshair | null): void {
    if (cross === this.cross) return;
    this.dispatchEvent(new CustomEvent<Crosshair | null>("cross", { detail: cross, bubbles: true }));
  }
}

function axes({ x, y, width, height }: PanelScale) {
  const ticks = [-2, 0, 2];
  return svg`${ticks.map(
    (value) =>
      svg`<path class="axis" d="M${x(value)} ${height}v-4M0 ${y(value)}h4"/><text x=${x(value)} y=${height - 8} text-anchor="middle">${fixed(value, 0)}</text><text x="8" y=${y(value) + 4}>${fixed(value, 0)}</text>`,
  )}<text class="ax" x=${width - 8} y=${height - 8} text-anchor="end">y₁</text><text class="ax" x="8" y="16">y₂</text>`;
}

function crosshair([px, py]: Crosshair, { x, y, width, height }: PanelScale) {
  return svg`<path class="cross" d="M${x(px).toFixed(1)} 0V${height}M0 ${y(py).toFixed(1)}H${width}"/>`;
}

customElements.define("tilt-plane", TiltPlane);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-plane": TiltPlane;
  }
}
