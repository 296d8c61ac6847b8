/** A page on a made-up engine, put into the document, and what axe says of it. */
import axe from "axe-core";
import "../../../src/ui/app.ts";
import { type App, createApp } from "../../../src/ui/engine/app.ts";
import type { StageId } from "../../../src/ui/state/state.ts";
import { AXE } from "../../setup/axe_options.ts";
import { type FakeOptions, fakeEngine } from "./fake_engine.ts";

export type Page = HTMLElementTagNameMap["tilt-app"];

/** Opens the page at an address; taking it out of the document again is the caller's. */
export async function openedPage(
  engine: FakeOptions,
  stage: StageId,
  address = "#/workbench",
): Promise<{ readonly page: Page; readonly app: App }> {
  history.replaceState(null, "", address);
  const app = createApp(fakeEngine(engine), { stage });
  const page = document.createElement("tilt-app");
  page.app = app;
  document.body.append(page);
  await app.open();
  return { page, app };
}

/** What is not accessible, one line each. */
export async function violations(page: Page): Promise<readonly string[]> {
  // Colours that fade in are judged when they are there.
  await Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => undefined)));
  const found = await axe.run(page, AXE);
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}, at ${node.html}`),
  );
}

/** Long enough for the page to draw what has changed. */
export const settled = (ms = 60): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
