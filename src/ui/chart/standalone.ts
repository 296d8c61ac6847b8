/** Pictures that leave the page: an SVG that needs no style sheet, and the same as a PNG. */
import { render, type TemplateResult } from "lit";
import { wrapped } from "./empty_words.ts";

/** A picture as it leaves the page. */
export interface Standalone {
  /** Markup of the whole file. */
  readonly markup: string;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** What of an element's look is written into it. */
const LOOKS = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "paint-order",
  "font-family",
  "font-size",
  "font-style",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
] as const;
const INITIAL: Readonly<Partial<Record<(typeof LOOKS)[number], string>>> = {
  "fill-opacity": "1",
  "stroke-dasharray": "none",
  "stroke-linecap": "butt",
  "stroke-linejoin": "miter",
  opacity: "1",
  "paint-order": "normal",
  "font-style": "normal",
  "text-anchor": "start",
  "dominant-baseline": "auto",
};
const TEXT_ONLY = /^(font|text|dominant)/;
/** Pixels of a PNG per CSS pixel. */
const DENSITY = 2;
const MARGIN = 16;
const HEAD = 26;
/** Of the title, in pixels: a line, and a character on average. */
const LINE = 17;
const CHARACTER = 6.8;

/**
 * A figure's `<svg>` with the looks that the page's style sheet gives it, on the figure's ground, under its title.
 * @param picture in the document, or a template of an `<svg>` that is drawn for this only
 * @param near where a template is drawn: it takes its looks from there
 */
export function standalone(
  picture: SVGSVGElement | TemplateResult,
  title: string,
  unit: string,
  near: Element,
): Standalone {
  if (picture instanceof SVGSVGElement) return copy(picture, title, unit);
  const stage = document.createElement("div");
  stage.className = "chart offstage";
  stage.setAttribute("aria-hidden", "true");
  near.append(stage);
  try {
    render(picture, stage);
    const svg = stage.querySelector("svg");
    if (!svg) throw new Error("The figure's template has no <svg>.");
    return copy(svg, title, unit);
  } finally {
    stage.remove();
  }
}

/** The picture as a PNG, with two pixels per CSS pixel. @throws Error when the browser cannot draw it */
export async function pngOf({ markup, width, height }: Standalone): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([markup], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(width * DENSITY);
    canvas.height = Math.ceil(height * DENSITY);
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no PNG came of it"))), "image/png");
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

const fits = (words: string, width: number): boolean => words.length * CHARACTER <= width;

function copy(svg: SVGSVGElement, title: string, unit: string): Standalone {
  const clone = svg.cloneNode(true) as SVGSVGElement;
  inline(svg, clone);
  const box = svg.viewBox.baseVal;
  const shown = svg.getBoundingClientRect();
  const [w, h] = box.width > 0 ? [box.width, box.height] : [shown.width, shown.height];
  const width = w + 2 * MARGIN;
  // Words that do not fit beside the title stand beneath it.
  const beneath =
    unit === "" ? [] : fits(`${title}  ${unit}`, w) ? [] : wrapped(unit, Math.floor(w / CHARACTER));
  const top = HEAD + LINE * beneath.length;
  const height = h + top + 2 * MARGIN;
  const outer = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  outer.setAttribute("width", `${width}`);
  outer.setAttribute("height", `${height}`);
  outer.setAttribute("viewBox", `0 0 ${width} ${height}`);
  outer.setAttribute("role", "img");
  outer.setAttribute("aria-label", svg.getAttribute("aria-label") ?? title);
  const page = getComputedStyle(document.documentElement);
  const ground = document.createElementNS(outer.namespaceURI!, "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", groundOf(svg));
  const head = document.createElementNS(outer.namespaceURI!, "text");
  const style = getComputedStyle(svg.closest("figure, .chart") ?? svg);
  set(head, {
    x: MARGIN,
    y: MARGIN + 12,
    "font-family": style.fontFamily,
    "font-size": 13,
    fill: style.color,
  });
  const strong = document.createElementNS(outer.namespaceURI!, "tspan");
  strong.setAttribute("font-weight", "600");
  strong.textContent = title;
  head.append(strong, unit === "" || beneath.length > 0 ? "" : `  ${unit}`);
  for (const line of beneath) {
    const span = document.createElementNS(outer.namespaceURI!, "tspan");
    set(span, { x: MARGIN, dy: LINE });
    span.textContent = line;
    head.append(span);
  }
  for (const name of ["class", "role", "aria-label"]) clone.removeAttribute(name);
  set(clone, {
    x: MARGIN,
    y: MARGIN + top,
    width: w,
    height: h,
    viewBox: box.width > 0 ? `${box.x} ${box.y} ${box.width} ${box.height}` : `0 0 ${w} ${h}`,
    overflow: "visible",
    "font-family": page.fontFamily,
  });
  outer.append(ground, head, clone);
  return { markup: new XMLSerializer().serializeToString(outer), width, height };
}

/** Writes looks into a copy, element by element; classes mean nothing outside the page. */
function inline(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  const text = from instanceof SVGTextContentElement;
  for (const name of LOOKS) {
    if (!text && TEXT_ONLY.test(name)) continue;
    const value = style.getPropertyValue(name);
    if (value && value !== INITIAL[name]) to.setAttribute(name, value);
  }
  to.removeAttribute("class");
  to.removeAttribute("style");
  for (let i = 0; i < from.children.length; i++) inline(from.children[i]!, to.children[i]!);
}

/** The colour that a figure lies on: of the nearest element that has one. */
function groundOf(element: Element): string {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at);
    if (backgroundColor !== "rgba(0, 0, 0, 0)" && backgroundColor !== "transparent") return backgroundColor;
  }
  return "white";
}

function set(element: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, `${value}`);
}
