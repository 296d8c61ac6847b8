/**
 * Where the reader is, as the address's fragment says it: "#/workbench", "#/lessons/shift", or an experiment's link
 * ("#v=1&…", "#z1=…"). Fragments reach no server, and back and forward work.
 */

/** Views of the page, in the order of its navigation; "link" is a stranger's experiment, asked about before it runs. */
export const VIEW_IDS = ["play", "workbench", "sweeps"] as const;
export type ViewId = (typeof VIEW_IDS)[number] | "link";

export interface Route {
  readonly view: ViewId;
  /** What follows the view's name: a lesson and its step, a section of the guide. */
  readonly rest: string;
}

/** Where the page opens. */
export const HOME: Route = { view: "play", rest: "" };

/** @param fragment location.hash, with or without "#" */
export function routeOf(fragment: string): Route {
  const text = fragment.replace(/^#/, "");
  // The same test as experiment/link.ts, which is fetched only when there is a link to read.
  if (/^(v|z\d*)=/.test(text)) return { view: "link", rest: text };
  const [, name = "", rest = ""] = /^\/([a-z]+)(?:\/(.*))?$/.exec(text) ?? [];
  const view = VIEW_IDS.find((id) => id === name);
  return view ? { view, rest } : HOME;
}

export function fragmentOf({ view, rest }: Route): string {
  if (view === "link") return `#${rest}`;
  return `#/${view}${rest === "" ? "" : `/${rest}`}`;
}
