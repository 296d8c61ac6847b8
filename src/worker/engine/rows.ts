/** Rows: pages of them, filtered and sorted; one row whole; what is odd about them. */
import type { RowApi } from "../api.ts";
import { type RowSources, rowKnowledge } from "./row_knowledge.ts";
import { rowPages } from "./row_page.ts";
import type { Shelf } from "./shelf.ts";

export function rowCalls({
  device,
  store,
  shelf,
}: RowSources & { readonly shelf: Pick<Shelf, "find"> }): RowApi {
  const knowledge = rowKnowledge({ device, store });
  const pageOf = rowPages();

  return {
    async rows(hash, query) {
      const dataset = await shelf.find(hash);
      return pageOf(dataset, query, await knowledge.of(dataset, query));
    },

    async group(hash, id, query, runs) {
      const [dataset, { groupDetail }] = await Promise.all([shelf.find(hash), import("./row_group.ts")]);
      const known = await Promise.all(runs.map((run) => knowledge.runOf(hash, run)));
      const own = await knowledge.of(dataset, query);
      return groupDetail(dataset, id, {
        knowledge: own,
        copies: knowledge.copiesOf(dataset),
        evidence: device.current()?.evidence(hash, own.spec ?? undefined),
        runs: known.filter((run) => run !== null),
      });
    },

    async dataChecks(hash, query) {
      const [dataset, { dataChecks }] = await Promise.all([shelf.find(hash), import("./row_checks.ts")]);
      await knowledge.findCopies(dataset);
      return dataChecks(dataset, await knowledge.of(dataset, query));
    },
  };
}
