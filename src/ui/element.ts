/** What all elements of the page have in common. */
import { LitElement } from "lit";

/**
 * Elements render into the page itself, not into shadow trees: one style sheet serves all, labels may point across
 * elements, and the Content-Security-Policy needs no exception for styles.
 */
export abstract class TiltElement extends LitElement {
  protected override createRenderRoot(): this {
    return this;
  }
}

/** An element that knows its own width, for figures that are drawn at their true size. */
export abstract class MeasuredElement extends TiltElement {
  /**
   * CSS pixels; 0 until the observer has told them, which it does before the first picture is shown. Asking for the width while rendering
   * would lay the page out anew for each of a view's figures.
   */
  protected measured = 0;
  private observer: ResizeObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry!.contentRect.width);
      if (width === this.measured) return;
      this.measured = width;
      this.requestUpdate();
      // What is drawn now may make it taller: the observer, which is asked about widths, would call that a loop.
      this.observer?.unobserve(this);
      requestAnimationFrame(() => this.isConnected && this.observer?.observe(this));
    });
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer?.disconnect();
  }
}
