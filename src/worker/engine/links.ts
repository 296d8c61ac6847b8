/** Links: what the page asks for; the work is in link_files.ts, fetched when somebody makes or opens one. */
import type { ImportOutcome, LinkApi, WebApi } from "../api.ts";
import type { Core } from "./core.ts";
import type { Reader } from "./reader.ts";

export function linkCalls(core: Core, reader: Reader, web: WebApi): LinkApi {
  const links = () => import("./link_files.ts");
  return {
    makeLink: async (request) => (await links()).makeLink(core, request),
    openLink: async (address) => (await links()).openLink(core, address),
    recipeLink: async (text) => (await links()).recipeLink(text),
    isLinkedFile: async (content, files) => (await links()).isLinkedFile(content, files),

    async bringLinked(content, files, onProgress): Promise<ImportOutcome> {
      const { inlineFile, isLinkedFile, unlike, whyNotBuiltin } = await links();
      const { spec, inline, reading = {} } = content;
      const { source, sha256 } = spec.data;
      if (source.startsWith("builtin:")) return whyNotBuiltin();
      const given = files ?? (inline === undefined ? null : [inlineFile(content)]);
      if (given) {
        const found = await isLinkedFile(content, given);
        if (!found.matches) return { ok: false, problem: unlike(content, given, found.sha256), problems: [] };
        return reader.read({ files: given, choices: reading, onProgress });
      }
      if (!source.startsWith("url:"))
        return {
          ok: false,
          problem: { what: "The link's data is a file.", remedy: "Drop it here." },
          problems: [],
        };
      const before = new Set((await (await core.store()).datasets.list()).map(({ id }) => id));
      const outcome = await web.importAddress(source.slice("url:".length), onProgress, reading);
      if (!outcome.ok) return outcome;
      const { hash, name, reading: read } = outcome.dataset;
      const bytes = read?.files[0]?.hash ?? hash;
      if (bytes === sha256) return outcome;
      if (!before.has(hash)) {
        core.shelf.drop(hash);
        await (await core.store()).datasets.delete(hash);
      }
      return { ok: false, problem: unlike(content, [{ name }], bytes), problems: [] };
    },
  };
}
