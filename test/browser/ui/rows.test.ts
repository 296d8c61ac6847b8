/** The data view on the made-up engine: a person looks for rows, narrows them down, opens one, and compares. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { page as browser, userEvent } from "vitest/browser";
import "../../../src/ui/style/main.css";
import "../../../src/ui/app.ts";
import type { App } from "../../../src/ui/engine/app.ts";
import { GROUPS } from "./fake_world.ts";
import { openedPage, type Page, settled, violations } from "./opened.ts";

let page: Page;

async function open(address = "#/workbench"): Promise<App> {
  const opened = await openedPage({ stepMs: 0 }, "data", address);
  page = opened.page;
  await settled();
  return opened.app;
}

const find = <E extends HTMLElement>(selector: string): E => page.querySelector<E>(selector)!;
const said = (selector: string): string => find(selector)?.textContent?.replace(/\s+/g, " ").trim() ?? "";
const button = (words: string, inside = ""): HTMLButtonElement =>
  [...page.querySelectorAll<HTMLButtonElement>(`${inside} button`)].find((one) =>
    (one.ariaLabel ?? one.textContent ?? "").trim().startsWith(words),
  )!;
const numbers = (): number[] =>
  [...page.querySelectorAll(".rows tbody .c-row")].map((cell) => Number(cell.textContent));

beforeEach(() => browser.viewport(1280, 800));
afterEach(() => page.remove());

describe("rows", () => {
  test("are searched, filtered by bars and lists, sorted, paged, and all of it can be taken back", async () => {
    const app = await open();
    await expect.poll(() => app.store.get().checks).not.toBeNull();
    expect(said(".chips-row [role=status]")).toBe(`${GROUPS} rows`);
    await userEvent.fill(find("#search"), "winter");
    await expect.poll(() => said(".chips-row [role=status]")).toMatch(/^\d+ of 240 rows$/);
    const found = app.store.get().page!.total;

    const bars = find("tilt-column-histogram svg").getBoundingClientRect();
    const at = { clientY: bars.y + 5, pointerId: 1, button: 0, bubbles: true };
    const target = find("tilt-column-histogram svg");
    target.setPointerCapture = () => {}; // there is no real pointer to capture
    target.dispatchEvent(new PointerEvent("pointerdown", { ...at, clientX: bars.x + 0.2 * bars.width }));
    target.dispatchEvent(new PointerEvent("pointermove", { ...at, clientX: bars.x + 0.5 * bars.width }));
    target.dispatchEvent(new PointerEvent("pointerup", { ...at, clientX: bars.x + 0.5 * bars.width }));
    await expect.poll(() => app.store.get().page!.total).toBeLessThan(found);
    const [low, high] = app.store.get().query.filter.ranges.length!;
    expect(app.store.get().page!.rows.every(({ length }) => length >= low && length < high)).toBe(true);
    expect(page.querySelectorAll(".chip").length).toBe(2);
    button("“winter”").click();
    await expect.poll(() => page.querySelectorAll(".chip").length).toBe(1);
    await userEvent.selectOptions(find("select[aria-label=Split]"), "held-out");
    await userEvent.selectOptions(find("select[aria-label=Source]"), "1");
    await settled();
    expect(page.querySelectorAll(".chip").length).toBe(3);
    expect(app.store.get().page!.rows.every(({ split }) => split === "held-out")).toBe(true);
    button("clear all").click();
    await expect.poll(() => said(".chips-row [role=status]")).toBe(`${GROUPS} rows`);

    button("length", ".rows thead").click();
    await expect.poll(() => app.store.get().page!.rows[0]!.length).toBeGreaterThan(25);
    button("row", ".rows thead").click();
    await expect.poll(() => numbers()[0]).toBe(1);

    await userEvent.fill(find("#search"), "no such words");
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => said(".none")).toContain("No row holds “no such words”.");
    button("Show all rows").click();
    await expect.poll(() => numbers().length).toBe(50);
  });

  test("are walked by keys over pages; copies and leaks are counted, marked and one click away", async () => {
    const app = await open();
    await expect.poll(() => said("tilt-data-checks")).toContain("Split by prompt, seed");
    const flags = app.store.get().checks!.flags!;
    expect(flags.leak).toBeGreaterThan(0);
    find<HTMLButtonElement>(".rows .q button").focus();
    await userEvent.keyboard("{End}{ArrowDown}");
    await expect.poll(() => numbers()[0]).toBe(51);
    await expect
      .poll(() => document.activeElement?.closest("tr")?.querySelector(".c-row")?.textContent)
      .toBe("51");
    await userEvent.keyboard("{Control>}{End}{/Control}");
    await expect.poll(() => numbers().at(-1)).toBe(GROUPS);
    await userEvent.keyboard("{Home}{ArrowUp}");
    await expect.poll(() => numbers().at(-1)).toBe(200);
    await userEvent.fill(find(".page-number input"), "2");
    find(".page-number input").dispatchEvent(new Event("change"));
    await expect.poll(() => numbers()[0]).toBe(51);

    [...page.querySelectorAll("tilt-data-checks li")]
      .find((one) => one.textContent!.includes("yet trained on"))!
      .querySelector("button")!
      .click();
    await expect.poll(() => app.store.get().page!.total).toBe(flags.leak);
    expect(page.querySelectorAll(".rows .tag.odd").length).toBeGreaterThanOrEqual(flags.leak);
    expect(said(".rows .tags")).toContain("leak");
  });
});

test("what is typed right behind the key of the search is searched for, and starts no run", async () => {
  const app = await open();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true }));
  expect(document.activeElement?.id).toBe("search");
  await userEvent.keyboard("s winter");
  expect(find<HTMLInputElement>("#search").value).toBe("s winter");
  expect(app.store.get().queue).toBeNull();
});

describe("one row", () => {
  test("its responses, what differs, the evidence, its weights; next, pinned, linked, closed", async () => {
    const app = await open();
    app.toggleStrategy("reweight");
    app.toggleStrategy("kl_dro");
    await app.run();
    await app.loadRows({ sort: "weight", descending: true });
    await settled();
    find<HTMLButtonElement>(".rows .q button").click();
    await expect.poll(() => page.querySelectorAll("tilt-row-panel .resp").length).toBe(2);
    const { group } = app.store.get();
    expect(location.hash).toBe(`#/workbench/row/${"c".repeat(8)}/${group!.row}`);
    await expect.poll(() => page.querySelectorAll(".resp mark.only").length).toBeGreaterThan(0);
    expect(said(".resp dl")).toMatch(/log-ratio ?[+−]?\d+\.\d+ h ?\d+\.\d+ P\(target\) ?\d+ %/);
    const curve = group!.curves.find(({ run }) => run === app.store.get().query.run)!;
    expect(said(".wt")).toContain(`${curve.weights.at(-1)!.toFixed(2)} ×`);

    [...page.querySelectorAll<HTMLInputElement>(".marking input")][1]!.click();
    await settled();
    expect(page.querySelectorAll(".resp .ev.toward").length).toBeGreaterThan(0);
    expect(said(".evidence")).toContain("nats for human against parrot");
    expect(await violations(page)).toEqual([]);

    find<HTMLElement>("#stage").focus();
    await userEvent.keyboard("pj");
    await expect.poll(() => app.store.get().group?.id).not.toBe(group!.id);
    await expect.poll(() => said(".pinned h2")).toBe(`Pinned: row ${group!.row}`);
    expect(page.querySelectorAll("tilt-row-panel .resp").length).toBe(4);
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => page.querySelector("tilt-row-panel")).toBeNull();
    expect(location.hash).toBe("#/workbench");
  });

  test("a link opens it; on a phone it covers the page, and axe finds nothing", async () => {
    await browser.viewport(390, 844);
    const app = await open(`#/workbench/row/${"c".repeat(8)}/77`);
    await expect.poll(() => said("dialog.sheet h2")).toBe("Row 77");
    expect(app.store.get().query.offset).toBe(50);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
    expect(await violations(page)).toEqual([]);
    await userEvent.keyboard("j");
    await expect.poll(() => said("dialog.sheet h2")).toBe("Row 78");
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => page.querySelector("dialog.sheet")).toBeNull();

    location.hash = "#/workbench/row/00000000/5";
    await expect.poll(() => said(".aside")).toBe("The data of this link are not stored in this browser.");
  });
});
