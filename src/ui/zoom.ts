/**
 * How much larger than drawn the page is on a large screen (style/frame/big.css). Elements measure themselves in their own
 * pixels; the window, pointers and boxes on the screen are told in the screen's.
 */
export function pageZoom(): number {
  // Not every browser that zooms can be asked; those say 1, and the style sheet's value tells.
  const root = document.documentElement as HTMLElement & { readonly currentCSSZoom?: number };
  return root.currentCSSZoom ?? (Number.parseFloat(getComputedStyle(root).getPropertyValue("--zoom")) || 1);
}

/** Where a pointer is: pixels from the left and the top of the element that listens, as it was drawn. */
export function pointIn(event: PointerEvent): readonly [x: number, y: number] {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  const zoom = pageZoom();
  return [(event.clientX - box.left) / zoom, (event.clientY - box.top) / zoom];
}

/** Tells when the page grows or shrinks as a whole: on another screen, elements may keep the size that they measure. */
export function onZoom(listener: () => void): void {
  let before = pageZoom();
  addEventListener("resize", () => {
    const now = pageZoom();
    if (now === before) return;
    before = now;
    listener();
  });
}
