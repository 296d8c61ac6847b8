/** Links of the made-up engine: made and read for real, but for the files that they name. */
import { decodeLink, decodeRecipe, encodeLink, encodeRecipe } from "../../../src/experiment/link.ts";
import { linkCard } from "../../../src/experiment/link-card.ts";
import { contentFor, fittingLink } from "../../../src/experiment/link-for.ts";
import type { Estimate } from "../../../src/experiment/work.ts";
import type { LinkApi } from "../../../src/worker/api/links.ts";

/** @param estimate what a link card says of the time its run takes */
export function fakeLinks(estimate: Estimate | null): LinkApi {
  return {
    async makeLink({ spec, title, page }) {
      const made = await fittingLink(contentFor({ spec, title }), page);
      const { url, length, tooLong, content } = made;
      return {
        url,
        length,
        tooLong,
        recipe: encodeRecipe(content),
        evidence: null,
        data: "builtin",
        notInline: null,
      };
    },
    async openLink(address) {
      const content = await decodeLink(address);
      return { content, card: linkCard(content), dataset: null, estimate: estimate };
    },
    recipeLink: async (text) => (await encodeLink(decodeRecipe(text))).fragment,
    isLinkedFile: async () => ({ matches: false, sha256: "0".repeat(64) }),
    bringLinked: async (_content, files) => ({
      ok: false,
      problem: {
        what: "This is not the file in the link.",
        where: files?.[0]?.name ?? "",
        remedy:
          "Its SHA-256 is e01f88a0c3d2…, expected 3a6eb0790f39…. Ask the sender for the very file march.jsonl.",
      },
      problems: [],
    }),
  };
}
