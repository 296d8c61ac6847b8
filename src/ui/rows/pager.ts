/** Pages of rows: which rows these are, the neighbours, the ends, and any page by its number. */
import { html, nothing, type TemplateResult } from "lit";
import { PAGE_SIZE } from "../state/state.ts";
import { integer } from "../text.ts";

export interface Pages {
  readonly page: number;
  readonly pages: number;
  /** 1-based; 0 when there are no rows. */
  readonly first: number;
  readonly last: number;
}

export function pagesOf(offset: number, total: number): Pages {
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const page = Math.min(pages, Math.floor(offset / PAGE_SIZE) + 1);
  return { page, pages, first: total === 0 ? 0 : offset + 1, last: Math.min(total, offset + PAGE_SIZE) };
}

/** @param go asks for the page that starts at an offset */
export function pager(offset: number, total: number, go: (offset: number) => void): TemplateResult {
  const { page, pages, first, last } = pagesOf(offset, total);
  const to = (wanted: number) => (): void => go(PAGE_SIZE * (Math.min(pages, Math.max(1, wanted)) - 1));
  return html`<nav class="pager" aria-label="Pages of rows">
    <span class="dim">${total === 0 ? "" : `${integer(first)} to ${integer(last)} of ${integer(total)}`}</span>
    ${
      pages === 1
        ? nothing
        : html`<span class="btns">
            <button class="btn icon" aria-label="First page" ?disabled=${page === 1} @click=${to(1)}>«</button>
            <button class="btn" ?disabled=${page === 1} @click=${to(page - 1)}>Previous</button>
            <label class="page-number"
              ><span class="vh">Page</span>
              <input
                inputmode="numeric"
                autocomplete="off"
                .value=${String(page)}
                @change=${(event: Event) => {
                  const input = event.currentTarget as HTMLInputElement;
                  const wanted = Math.round(Number(input.value));
                  if (Number.isFinite(wanted)) to(wanted)();
                  input.value = String(Number.isFinite(wanted) ? Math.min(pages, Math.max(1, wanted)) : page);
                }}
              />
              of ${integer(pages)}</label
            >
            <button class="btn" ?disabled=${page === pages} @click=${to(page + 1)}>Next</button>
            <button class="btn icon" aria-label="Last page" ?disabled=${page === pages} @click=${to(pages)}>»</button>
          </span>`
    }
  </nav>`;
}
