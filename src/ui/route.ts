/**
 * Where the reader is, as the address's fragment says it: "#/workbench", "#lesson=dro/the-shift", "#guide=glossary", or an
 * experiment's link ("#v=1&…", "#z1=…"). Fragments reach no server, and back and forward work.
 */

/** Views of the page, in the order of its navigation. */
export const VIEW_IDS = ["play", "workbench", "sweeps", "lessons", "guide"] as const;
/**
 * Views that no navigation names: "link" is a stranger's experiment, asked about before it runs; "lesson" is one lesson;
 * "embed" builds what a teacher puts on a page, and "frame" is what readers of that page see.
 */
export type ViewId = (typeof VIEW_IDS)[number] | "link" | "lesson" | "embed" | "frame";

export interface Route {
  readonly view: ViewId;
  /** What follows the view's name: a lesson and its step, a section of the guide. */
  readonly rest: string;
  /** Whether the page's own frame is hidden: somebody shows the view on a page of theirs. */
  readonly bare?: true;
  /** Names of controls and figures that a lesson hides there. */
  readonly hide?: readonly string[];
}

/** Where the page opens. */
export const HOME: Route = { view: "play", rest: "" };

const EMBEDDED = /&embed=(1|true)(?=&|$)/;

/** @param fragment location.hash, with or without "#" */
export function routeOf(fragment: string): Route {
  const text = fragment.replace(/^#/, "");
  const bare = EMBEDDED.test(text) ? ({ bare: true } as const) : {};
  // The same test as experiment/link.ts, which is fetched only when there is a link to read.
  if (/^(v|z\d*)=/.test(text)) return { view: "bare" in bare ? "frame" : "link", rest: text, ...bare };
  const [, named, place = ""] = /^(lesson|guide)(?:=([\w/-]*))?(?:&|$)/.exec(text) ?? [];
  if (named) {
    const [, hidden = ""] = /&hide=([^&]*)/.exec(text) ?? [];
    const hide = decodeURIComponent(hidden).split(",").filter(Boolean);
    return { view: named as "lesson" | "guide", rest: place, ...bare, ...(hide.length > 0 && { hide }) };
  }
  const [, name = "", rest = ""] = /^\/([a-z]+)(?:\/(.*))?$/.exec(text) ?? [];
  const view = [...VIEW_IDS, "embed" as const].find((id) => id === name);
  return view ? { view, rest } : HOME;
}

/** Name of a setting's entry in the guide; "train.lambda" becomes "setting-train-lambda". */
export const settingEntry = (path: string): string => `setting-${path.toLowerCase().replaceAll(".", "-")}`;

export function fragmentOf({ view, rest }: Route): string {
  if (view === "link" || view === "frame") return `#${rest}`;
  if (view === "lesson") return `#lesson=${rest}`;
  return `#/${view}${rest === "" ? "" : `/${rest}`}`;
}
