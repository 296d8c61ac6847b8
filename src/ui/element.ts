/** What all elements of the page have in common. */
import { LitElement, type PropertyValues } from "lit";

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
  /** CSS pixels; 0 until measured. */
  protected measured = 0;
  private observer: ResizeObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry!.contentRect.width);
      if (width === this.measured) return;
      this.measured = width;
      this.requestUpdate();
    });
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer?.disconnect();
  }

  protected override shouldUpdate(_changed: PropertyValues): boolean {
    if (this.measured === 0) this.measured = Math.floor(this.clientWidth);
    return true;
  }
}
