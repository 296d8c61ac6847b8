/**
 * Titles of elements as tooltips that also open on focus and touch. The browser's own open under a mouse only, so a title
 * is taken from its element while its tooltip is open and given back after it.
 */
import { pageZoom } from "./zoom.ts";

/** Milliseconds under a mouse before it opens; focus and touch open it at once. */
const PATIENCE = 400;
/** Distance from the element and from the edges of the window, in CSS pixels. */
const GAP = 6;

/** @returns a function that stops */
export function tips(): () => void {
  const ends = new AbortController();
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.popover = "manual";
  tip.role = "tooltip";
  tip.id = "tip";
  document.body.append(tip);
  let open: { readonly on: HTMLElement; readonly title: string } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function close(): void {
    clearTimeout(timer);
    if (!open) return;
    const { on, title } = open;
    open = undefined;
    if (!on.hasAttribute("title")) on.setAttribute("title", title);
    if (on.getAttribute("aria-describedby") === tip.id) on.removeAttribute("aria-describedby");
    tip.hidePopover();
  }

  function show(on: HTMLElement): void {
    const title = on.getAttribute("title");
    if (!title || open?.on === on) return;
    close();
    open = { on, title };
    on.removeAttribute("title");
    if (!on.hasAttribute("aria-describedby")) on.setAttribute("aria-describedby", tip.id);
    tip.textContent = title;
    tip.showPopover();
    place(on);
  }

  /** Beneath the element, above it where there is no room, always inside the window. */
  function place(on: HTMLElement): void {
    const at = on.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    const left = Math.max(GAP, Math.min(at.left, innerWidth - width - GAP));
    const below = at.bottom + GAP;
    const top = below + height <= innerHeight ? below : Math.max(GAP, at.top - height - GAP);
    const zoom = pageZoom();
    tip.style.setProperty("left", `${left / zoom}px`);
    tip.style.setProperty("top", `${top / zoom}px`);
  }

  const titled = (event: Event): HTMLElement | null =>
    event.target instanceof Element ? event.target.closest<HTMLElement>("[title]:not(svg *)") : null;
  const listen = (name: string, act: (event: Event) => void): void =>
    document.addEventListener(name, act, { signal: ends.signal, capture: true });

  listen("pointerover", (event) => {
    const on = titled(event);
    if (!on || (event as PointerEvent).pointerType === "touch") return;
    clearTimeout(timer);
    timer = setTimeout(() => show(on), PATIENCE);
  });
  listen("pointerout", (event) => {
    clearTimeout(timer);
    if (!(open && event.target instanceof Node && open.on.contains(event.target))) return;
    const to = (event as PointerEvent).relatedTarget;
    if (!(to instanceof Node && open.on.contains(to))) close();
  });
  listen("pointerdown", (event) => {
    const on = titled(event);
    close();
    if (on && (event as PointerEvent).pointerType === "touch") show(on);
  });
  listen("focusin", (event) => {
    const on = titled(event);
    // A click gives focus, too; then nobody asked for words.
    if (on?.matches(":focus-visible")) show(on);
  });
  listen("focusout", close);
  listen("scroll", close);
  listen("keydown", (event) => {
    if ((event as KeyboardEvent).key === "Escape") close();
  });

  return () => {
    close();
    ends.abort();
    tip.remove();
  };
}
