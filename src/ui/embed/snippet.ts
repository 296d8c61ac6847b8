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
  narrow: { words: "480", width: "480", height: 900 },
  wide: { words: "720", width: "720", height: 620 },
  fluid: { words: "fluid", width: "100%", height: 620 },
} as const;
export type SizeId = keyof typeof SIZES;

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

export function snippetOf(address: string, title: string, size: SizeId): string {
  const { width, height } = SIZES[size];
  return [
    `<iframe width="${width}" height="${height}"`,
    `  title="${escaped(title.trim() || "Tilt: policies under distribution shift")}"`,
    `  loading="lazy" allow="clipboard-write"`,
    `  src="${escaped(address)}"></iframe>`,
  ].join("\n");
}
