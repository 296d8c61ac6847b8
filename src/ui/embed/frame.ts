/**
 * What readers of somebody's page see in an iframe: the playground alone, waiting for Play. Experiments other than Plane's
 * show the card of their link, which runs nothing before a button is pressed.
 */
import { html, nothing } from "lit";
import { problemOf } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";
import type { LinkContent } from "../../experiment/link.ts";
import { planeSpec } from "../../experiment/plane/preset.ts";
import { fieldsFor, valueAt } from "../../experiment/spec.ts";
import { CONTROL_IDS, type ControlId } from "../../lessons/controls.ts";
import type { Scene } from "../../lessons/lesson.ts";
import { TiltElement } from "../element.ts";
import type { App } from "../engine/app.ts";
import "../lessons/playground.ts";
import { problem } from "../parts/problem.ts";
import type { Changes } from "../play/model.ts";
import { addSheet } from "../sheet.ts";
import type { State } from "../state/state.ts";
import sheet from "../style/lessons.css?url";
import { EMBED_STRATEGIES, hiddenParts } from "./parts.ts";

await addSheet(sheet);

class TiltFrame extends TiltElement {
  static override properties = {
    app: {},
    state: {},
    content: { state: true },
    failure: { state: true },
    card: { state: true },
  };
  declare app: App;
  declare state: State;
  declare content: LinkContent | null;
  declare failure: Problem | null;
  /** Whether the link's card is shown: its code is here. */
  declare card: boolean;
  #fragment: string | null = null;
  #scene: Scene | null = null;

  constructor() {
    super();
    this.content = null;
    this.failure = null;
    this.card = false;
  }

  override willUpdate(): void {
    const { rest } = this.state.route;
    if (rest === this.#fragment) return;
    this.#fragment = rest;
    void this.#read(rest);
  }

  async #read(fragment: string): Promise<void> {
    try {
      const { decodeLink } = await import("../../experiment/link.ts");
      const content = await decodeLink(`#${fragment}`);
      if (content.spec.data.source !== "builtin:plane") {
        await import("../views/link.ts");
        this.card = true;
        this.requestUpdate();
        return;
      }
      this.#scene = sceneOf(content);
      this.content = content;
      this.failure = null;
    } catch (thrown) {
      this.failure = problemOf(thrown);
    }
  }

  override render() {
    if (this.card) return html`<tilt-link .app=${this.app} .state=${this.state}></tilt-link>`;
    if (this.failure) return html`<main class="page framed" id="stage">${problem(this.failure)}</main>`;
    const { content } = this;
    if (!content || !this.#scene)
      return html`<main class="page framed" id="stage"><p class="say">Reading the link …</p></main>`;
    const hidden = hiddenParts(content.hide ?? []);
    const controls: readonly ControlId[] = CONTROL_IDS.filter((id) => !hidden.has(id));
    return html`<main class="page framed" id="stage" tabindex="-1">
      ${hidden.has("title") ? html`<h1 class="vh">${titleOf(content)}</h1>` : html`<h1>${titleOf(content)}</h1>`}
      <tilt-playground .app=${this.app} .state=${this.state} .scene=${this.#scene} .controls=${controls}
        .hide=${[...hidden]} waits></tilt-playground>
      ${hidden.has("open") ? nothing : html`<p class="small open-in"><a href=${this.#whole()} target="_blank" rel="noopener">Open in Tilt ↗</a></p>`}
    </main>`;
  }

  /** The same experiment on the whole page. */
  #whole(): string {
    const rest = (this.#fragment ?? "").replace(/&(embed|hide)=[^&]*/g, "");
    return `${location.href.split("#")[0]!}#${rest}`;
  }
}

const titleOf = ({ title }: LinkContent): string => title ?? "Which policy settles inside the solid line?";

/** A Plane link as a scene: what differs from the published settings, and the strategies that are not hidden. */
function sceneOf({ spec, hide = [] }: LinkContent): Scene {
  const published = planeSpec();
  const changes: Changes = Object.fromEntries(
    fieldsFor(spec).flatMap(({ path }) => {
      const value = valueAt(spec, path);
      return path === "train.strategy" ||
        path.startsWith("train.strategyParams.") ||
        value === undefined ||
        value === valueAt(published, path)
        ? []
        : [[path, value] as const];
    }),
  );
  const hidden = hiddenParts(hide);
  const all = [...new Set<string>([...EMBED_STRATEGIES, spec.train.strategy])];
  const shown = all.filter((id) => !hidden.has(id));
  const strategies = shown.length > 0 ? shown : [...EMBED_STRATEGIES];
  return { changes, strategies };
}

customElements.define("tilt-frame", TiltFrame);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-frame": TiltFrame;
  }
}
