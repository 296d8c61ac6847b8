/** Figures: what is seen, what stands behind it, and what can be taken away. */
import { html, render, svg } from "lit";
import { afterEach, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import "../../../src/ui/style/main.css";
import "../../../src/ui/parts/curve_bar.ts";
import "../../../src/ui/parts/figure.ts";
import { pngOf, standalone } from "../../../src/ui/chart/standalone.ts";
import "../../../src/ui/app.ts";
import "../../../src/ui/views/workbench.ts";
import { staysAwake } from "../../../src/ui/awake.ts";
import { CurveView } from "../../../src/ui/curve_view.ts";
import { TiltElement } from "../../../src/ui/element.ts";
import { createApp } from "../../../src/ui/engine/app.ts";
import { curveById } from "../../../src/ui/metrics.ts";
import { fakeEngine } from "./fake_engine.ts";

const stage = document.createElement("div");
/** A machine that does other things, too. */
const SLOW = { timeout: 15_000 };
const settled = () => new Promise((resolve) => setTimeout(resolve, 60));

afterEach(() => {
  render(html``, stage);
  stage.remove();
  document.documentElement.removeAttribute("data-theme");
});

const drawing = html`<svg viewBox="0 0 100 50" width="100" height="50" role="img" aria-label="Up.">
  ${svg`<path class="curve k-erm" d="M0 50L100 0"/><text class="label b-erm" x="4" y="12">ERM &lt;b&gt;</text>`}
</svg>`;

test("a figure's picture leaves the page with its looks, its numbers with all digits", async () => {
  document.documentElement.dataset.theme = "light";
  document.body.append(stage);
  render(
    html`<tilt-figure heading="Loss" unit="nats" .picture=${drawing} .table=${() => ({
      columns: [{ name: "step" }, { name: "ERM", decimals: 2 }],
      rows: [[1, 0.1234567890123456]],
    })}></tilt-figure>`,
    stage,
  );
  await settled();
  const figure = stage.querySelector("tilt-figure")!;
  const kept = standalone(figure.querySelector("svg")!, "Loss", "nats", figure);
  const file = new DOMParser().parseFromString(kept.markup, "image/svg+xml");
  expect(file.querySelector("parsererror")).toBeNull();
  const line = file.querySelector("path")!;
  expect(line.getAttribute("stroke")).toBe("rgb(102, 109, 114)");
  expect(line.getAttribute("stroke-dasharray")).toMatch(/^5(px)?, 3(px)?$/);
  expect(kept.markup).not.toContain("class=");
  expect(kept.markup).not.toContain("var(");
  expect([...file.querySelectorAll("text")].map((text) => text.textContent)).toEqual([
    "Loss  nats",
    "ERM <b>",
  ]);
  // A template is drawn for this only and leaves nothing behind.
  expect(standalone(drawing, "Loss", "nats", figure).markup).toBe(kept.markup);
  expect(figure.querySelectorAll("svg").length).toBe(1);

  const bitmap = await createImageBitmap(await pngOf(kept));
  expect([bitmap.width, bitmap.height]).toEqual([2 * kept.width, 2 * kept.height]);

  const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  await userEvent.click(figure.querySelector("tilt-save-menu .link")!);
  const items = [...figure.querySelectorAll<HTMLButtonElement>(".items button")];
  expect(items.map((item) => item.textContent)).toEqual([
    "Picture, SVG",
    "Picture, PNG",
    "Numbers, CSV",
    "Picture",
    "Picture’s SVG source",
    "Numbers, for a spreadsheet",
  ]);
  await userEvent.click(items[5]!);
  expect(copied.mock.calls).toEqual([["step,ERM\r\n1,0.1234567890123456\r\n"]]);
  await expect.poll(() => figure.querySelector(".said")!.textContent).toBe("Copied");
  expect(figure.querySelector(".items")).toBeNull();

  await userEvent.click(figure.querySelector("figcaption .link")!);
  await settled();
  expect([...figure.querySelectorAll("tbody tr > *")].map((cell) => cell.textContent)).toEqual(["1", "0.12"]);
});

class TwoCharts extends TiltElement {
  readonly curves = new CurveView(this);
  override render() {
    const series = [
      {
        id: "a",
        label: "ERM",
        short: "ERM",
        key: "erm",
        points: Array.from({ length: 101 }, (_, i) => [i, i] as const),
      },
    ];
    return html`<tilt-curve-bar .view=${this.curves} .steps=${100} .stamp=${{}}></tilt-curve-bar>
      ${["loss", "margin"].map((id) => this.curves.chart(curveById(id), series, 100))}`;
  }
}
customElements.define("two-charts", TwoCharts);

/** Pixels of a canvas that are not bare. */
function inked(canvas: HTMLCanvasElement): number {
  const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, i) => i % 4 === 3 && value > 0).length;
}

test("charts of a view share cursor and range, by keyboard and by dragging; lines are drawn on a canvas", async () => {
  localStorage.removeItem("tilt.curves");
  document.body.append(stage);
  const host = document.createElement("two-charts") as TwoCharts;
  stage.append(host);
  await expect.poll(() => host.querySelectorAll("canvas").length).toBe(2);
  await expect.poll(() => inked(host.querySelector("canvas")!)).toBeGreaterThan(300);
  const [first, second] = [...host.querySelectorAll<HTMLElement>(".canvas")] as [HTMLElement, HTMLElement];
  const read = () => [first, second].map((one) => one.querySelector(".ttl")?.textContent);

  first.focus();
  await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
  await expect.poll(read, SLOW).toEqual(["step 98", "step 98"]);
  expect(second.querySelector(".label")!.textContent).toContain("98");
  await userEvent.keyboard("+");
  await expect.poll(() => host.curves.range, SLOW).toEqual([73, 100]);
  await userEvent.keyboard("{Escape}");
  await expect.poll(() => [host.curves.range, ...read()]).toEqual([null, undefined, undefined]);

  const over = first.querySelector<HTMLElement>(".u-over")!.style;
  const box = first.getBoundingClientRect();
  const at = (share: number) => ({
    clientX: box.left + Number.parseFloat(over.left) + share * Number.parseFloat(over.width),
    clientY: box.top + 40,
    bubbles: true,
    button: 0,
  });
  first.dispatchEvent(new PointerEvent("pointerdown", { ...at(0.25), pointerType: "mouse" }));
  first.dispatchEvent(new PointerEvent("pointermove", { ...at(0.75), pointerType: "mouse" }));
  await expect.poll(() => first.querySelectorAll(".stretch").length, SLOW).toBe(1);
  first.dispatchEvent(new PointerEvent("pointerup", { ...at(0.75), pointerType: "mouse" }));
  await expect.poll(() => host.curves.range, SLOW).not.toBeNull();
  // Where the axis begins and ends may fall between two pixels.
  host.curves.range!.forEach((step, i) => {
    expect(Math.abs(step - [25, 75][i]!)).toBeLessThanOrEqual(1);
  });
  first.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
  await expect.poll(() => host.curves.range, SLOW).toBeNull();

  // Two fingers, a quarter of the picture apart: half of it apart, the same steps lie under them.
  const finger = (name: string, pointerId: number, share: number) =>
    first.dispatchEvent(new PointerEvent(name, { ...at(share), pointerId, pointerType: "touch" }));
  finger("pointerdown", 1, 0.375);
  finger("pointerdown", 2, 0.625);
  finger("pointermove", 1, 0.25);
  finger("pointermove", 2, 0.75);
  await expect.poll(() => host.curves.range?.map((step) => Math.round(step / 5)), SLOW).toEqual([5, 15]);
  finger("pointerup", 1, 0.25);
  finger("pointerup", 2, 0.75);
  expect(host.curves.cursor).toBeNull();
  expect(getComputedStyle(first).touchAction).toBe("pan-y");

  const bar = host.querySelector("tilt-curve-bar")!;
  await expect.poll(() => bar.querySelector(".range .link")?.textContent, SLOW).toBe("reset zoom");
  bar.querySelector<HTMLButtonElement>(".range .link")!.click();
  await expect.poll(() => host.curves.range, SLOW).toBeNull();
  const [from, to] = [...bar.querySelectorAll<HTMLInputElement>(".range input")] as [
    HTMLInputElement,
    HTMLInputElement,
  ];
  to.value = "10";
  to.dispatchEvent(new Event("change"));
  await expect.poll(() => host.curves.range, SLOW).toEqual([0, 10]);
  from.value = "50";
  from.dispatchEvent(new Event("change"));
  expect([from.value, host.curves.range]).toEqual(["0", [0, 10]]);
  bar.querySelectorAll<HTMLInputElement>("input[type=checkbox]")[0]!.click();
  // Chosen things outlive the page; a range does not.
  expect(new CurveView(host).choices.logSteps).toBe(true);
});

test("settings changed in a run: it keeps its own, Ctrl Enter makes a new one; the screen stays on meanwhile", async () => {
  history.replaceState(null, "", "#/workbench");
  document.body.append(stage);
  const app = createApp(fakeEngine({ stepMs: 30 }), { stage: "policy" });
  const page = document.createElement("tilt-app");
  page.app = app;
  stage.append(page);
  await app.open();
  let screens = 0;
  const screen = Object.assign(new EventTarget(), {
    release: async () => {
      screens--;
      screen.dispatchEvent(new Event("release"));
    },
  }) as unknown as WakeLockSentinel;
  const request = async () => {
    screens++;
    return screen;
  };
  const off = staysAwake(app.store, { request });
  const runs = () => app.store.get().runs;
  const changes = () => page.querySelector(".pending")?.textContent?.replace(/\s+/g, " ").trim();

  void app.run();
  await expect.poll(() => runs()[0]?.train.length ?? 0, SLOW).toBeGreaterThan(2);
  expect(screens).toBe(1);
  expect(changes()).toBeUndefined();
  const steps = page.querySelector<HTMLInputElement>("#f-train-steps")!;
  await userEvent.fill(steps, "40");
  steps.dispatchEvent(new Event("change"));
  await expect.poll(changes, SLOW).toContain("Steps changed, 60 steps → 40 steps. The runs in progress keep");
  page.querySelector<HTMLButtonElement>(".pending .link")!.click();
  await expect.poll(changes, SLOW).toBeUndefined();
  expect(app.store.get().spec.train.steps).toBe(60);

  // The field is not even left: what is typed counts.
  await userEvent.fill(steps, "30");
  await userEvent.keyboard("{Control>}{Enter}{/Control}");
  await expect
    .poll(() => runs().map((run) => [run.status, run.spec?.train.steps]), SLOW)
    .toEqual([
      ["stopped", 60],
      ["running", 30],
    ]);
  expect(runs()[0]!.train.length).toBeGreaterThan(2);
  await app.stop();
  await expect.poll(() => [app.store.get().queue, screens], SLOW).toEqual([null, 0]);
  off();
});
