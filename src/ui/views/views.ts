/** The views of the page: each is one element, fetched when somebody goes there. */
import { html, type TemplateResult } from "lit";
import type { App } from "../engine/app.ts";
import type { ViewId } from "../route.ts";
import type { State } from "../state/state.ts";
import "./play.ts";

interface View {
  /** Its name in the navigation; views without one are reached by links only. */
  readonly name?: string;
  /** Fetches the element's code; absent for what the page always needs. */
  readonly load?: () => Promise<unknown>;
  readonly show: (app: App, state: State) => TemplateResult;
}

export const VIEWS: Readonly<Record<ViewId, View>> = {
  play: {
    name: "Play",
    show: (app, state) => html`<tilt-play .app=${app} .state=${state}></tilt-play>`,
  },
  workbench: {
    name: "Workbench",
    load: () => import("./workbench.ts"),
    show: (app, state) => html`<tilt-workbench .app=${app} .state=${state}></tilt-workbench>`,
  },
  sweeps: {
    name: "Sweeps",
    load: () => import("./sweeps.ts"),
    show: (app, state) => html`<tilt-sweeps .app=${app} .state=${state}></tilt-sweeps>`,
  },
  lessons: {
    name: "Lessons",
    load: () => import("./lessons.ts"),
    show: () => html`<tilt-lessons></tilt-lessons>`,
  },
  guide: {
    name: "Guide",
    load: () => import("./guide.ts"),
    show: (app, state) => html`<tilt-guide .app=${app} .state=${state}></tilt-guide>`,
  },
  lesson: {
    load: () => import("./lesson.ts"),
    show: (app, state) => html`<tilt-lesson .app=${app} .state=${state}></tilt-lesson>`,
  },
  embed: {
    load: () => import("./embed.ts"),
    show: (app, state) => html`<tilt-embed .app=${app} .state=${state}></tilt-embed>`,
  },
  frame: {
    load: () => import("../embed/frame.ts"),
    show: (app, state) => html`<tilt-frame .app=${app} .state=${state}></tilt-frame>`,
  },
  link: {
    load: () => import("./link.ts"),
    show: (app, state) => html`<tilt-link .app=${app} .state=${state}></tilt-link>`,
  },
};
