/** Figures: what is seen, what stands behind it, and what can be taken away. */
import { html, render, svg } from "lit";
import { afterEach, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import "../../../src/ui/style/main.css";
import "../../../src/ui/parts/figure.ts";
import { pngOf, standalone } from "../../../src/ui/chart/standalone.ts";

const stage = document.createElement("div");
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
  expect([...figure.querySelectorAll("tbody tr > *")].map((cell) => cell.textContent)).toEqual(["1", "0.69"]);
});
