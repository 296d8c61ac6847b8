/** The address of an embedded playground, and the lines of HTML that put it on a page. */
import { encodeLink } from "../../experiment/link.ts";
import { planeSpec } from "../../experiment/plane/preset.ts";
import type { Changes } from "../play/model.ts";

export interface Embed {
  readonly title: string;
  readonly changes: Changes;
  /** Names of hidden parts. */
  readonly hide: readonly string[];
}

export const SIZES = {
  narrow: { words: "480", width: "480", pixels: 480 },
  wide: { words: "720", width: "720", pixels: 720 },
  fluid: { words: "fluid", width: "100%", pixels: 720 },
} as const;
export type SizeId = keyof typeof SIZES;

/** Pixels of height in which all that is shown fits, at the size's width. */
export function heightOf(
  size: SizeId,
  policies: number,
  hidden: ReadonlySet<string>,
  controls: number,
): number {
  const { pixels } = SIZES[size];
  const narrow = pixels <= 480;
  const panel = (policies === 1 ? Math.min(420, pixels - 48) : (pixels - 62) / 2) * 0.85;
  const shows = (part: string, height: number): number => (hidden.has(part) ? 0 : height);
  const row = 70 + panel + shows("weights", 100) + shows("readings", narrow ? 130 : 88);
  const perRow = narrow ? 1 : 2;
  const board =
    (hidden.has("play") ? 0 : 56) + Math.ceil(Math.max(0, controls - (narrow ? 0 : 1)) / perRow) * 76;
  const height =
    shows("title", 44) +
    board +
    Math.ceil(policies / 2) * row +
    shows("timeline", 190) +
    shows("provenance", 30) +
    shows("open", 36) +
    60;
  return 10 * Math.ceil(height / 10);
}

/** @param page address of Tilt, without a fragment @throws TiltError for settings that cannot be */
export async function embedAddress({ title, changes, hide }: Embed, page: string): Promise<string> {
  const { url } = await encodeLink(
    {
      spec: planeSpec(changes),
      embed: true,
      ...(title.trim() && { title: title.trim() }),
      ...(hide.length > 0 && { hide }),
    },
    page,
  );
  return url;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[one]!);

export function snippetOf(address: string, title: string, size: SizeId, height: number): string {
  const { width } = SIZES[size];
  return [
    `<iframe width="${width}" height="${height}"`,
    `  title="${escaped(title.trim() || "Tilt: policies under distribution shift")}"`,
    `  loading="lazy" allow="clipboard-write"`,
    `  src="${escaped(address)}"></iframe>`,
  ].join("\n");
}
