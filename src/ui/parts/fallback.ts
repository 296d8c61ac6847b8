/** The bar that says that everything is computed on the CPU, and how to change that in this very browser. */
import { html, nothing, type TemplateResult } from "lit";
import type { Environment } from "../../experiment/events.ts";
import { webgpuHelp } from "../webgpu_help.ts";

export function fallback(environment: Environment | null): TemplateResult | typeof nothing {
  if (environment?.backend !== "cpu" || !environment.fallback) return nothing;
  const { browser, steps } = webgpuHelp({
    agent: navigator.userAgent,
    secure: isSecureContext,
    api: "gpu" in navigator,
  });
  return html`<aside class="notice" aria-label="Computed on the CPU">
    <div class="page">
      <p>
        <b>No WebGPU in this browser, so Tilt runs on the CPU.</b> Plane and the lessons work as usual, and the small text
        world runs; training a text model is slower.
      </p>
      <details class="how">
        <summary>How to turn it on</summary>
        <p class="small">${browser}; ${environment.fallback}.</p>
        <ol class="small">${steps.map((step) => html`<li>${step}</li>`)}</ol>
        <p class="small">Then reload this page. The lamp at the top says “GPU ready” when it worked.</p>
      </details>
    </div>
  </aside>`;
}
