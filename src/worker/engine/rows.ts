/** Rows: pages of them, filtered and sorted; one row whole; what is odd about them. */
import { lazyList } from "../../base/lazy_list.ts";
import type { Dataset, Group, Unpaired } from "../../data/dataset.ts";
import { singleColumnsOf } from "../../data/packed/singles.ts";
import type { EvidenceOf, KeptEvidence } from "../../experiment/evidence.ts";
import type { RowApi, RowQuery } from "../api.ts";
import { type Knowledge, type RowSources, rowKnowledge } from "./row_knowledge.ts";
import { findRow, rowPages } from "./row_page.ts";
import type { Shelf } from "./shelf.ts";

export function rowCalls({
  device,
  store,
  shelf,
}: RowSources & { readonly shelf: Pick<Shelf, "find" | "builtin"> }): RowApi {
  const knowledge = rowKnowledge({ device, store });
  const pageOf = rowPages();

  /** A world's settings change its rows: those that the run shown was on are shown with it. */
  async function datasetOf(hash: string, { run: id }: Pick<RowQuery, "run">): Promise<Dataset> {
    const [dataset, run] = await Promise.all([shelf.find(hash), knowledge.runOf(id)]);
    if (!run || run.datasetHash === hash || run.spec.data.source !== `builtin:${dataset.format}`)
      return withSingles(dataset);
    const world = await shelf.find(run.datasetHash).catch(() => shelf.builtin(run.spec));
    return withSingles(world?.hash === run.datasetHash ? world : dataset);
  }

  /** What moved the classifier of a stored run; of the run looked at last, since it holds the classifier's weights. */
  let evidence: { readonly run: string; readonly of: EvidenceOf | undefined } | undefined;
  async function kept(
    dataset: Dataset,
    { spec, estimates }: Pick<Knowledge, "spec" | "estimates">,
    { run }: Pick<RowQuery, "run">,
  ): Promise<EvidenceOf | undefined> {
    if (run === null || spec === null || estimates === null) return undefined;
    if (evidence?.run !== run) {
      const [found, { evidenceFrom }] = await Promise.all([
        store().then((records) => records.classifiers.ofRun(run)),
        import("../../experiment/evidence.ts"),
      ]);
      const of = found ? evidenceFrom(found as KeptEvidence, dataset, estimates) : undefined;
      evidence = { run, of };
    }
    return evidence.of;
  }

  return {
    async rows(hash, query) {
      const dataset = await datasetOf(hash, query);
      return pageOf(dataset, query, await knowledge.of(dataset, query));
    },

    async group(hash, id, query, runs) {
      const [dataset, { groupDetail }] = await Promise.all([
        datasetOf(hash, query),
        import("./row_group.ts"),
      ]);
      const known = await Promise.all(runs.map(knowledge.runOf));
      const own = await knowledge.of(dataset, query);
      return groupDetail(dataset, id, {
        knowledge: own,
        copies: knowledge.copiesOf(dataset),
        evidence:
          device.current()?.evidence(dataset.hash, own.spec ?? undefined) ??
          (await kept(dataset, own, query)),
        runs: known.flatMap((run) => (run?.datasetHash === dataset.hash ? [run] : [])),
      });
    },

    async findRow(hash, query, row) {
      const { groups } = await datasetOf(hash, query);
      return findRow(groups, row);
    },

    async compareRows(open, pinned, base) {
      const { compare } = await import("./row_compare.ts");
      return compare(open, pinned, base);
    },

    async dataChecks(hash, query, onProgress, again) {
      const [dataset, { dataChecks }] = await Promise.all([
        datasetOf(hash, query),
        import("./row_checks.ts"),
      ]);
      const copies = await knowledge.findCopies(dataset, onProgress, again);
      return dataChecks(dataset, await knowledge.of(dataset, query), copies);
    },

    async stopChecks() {
      knowledge.stopCopies();
    },
  };
}

const made = new WeakMap<Dataset["groups"], readonly Group[]>();

/** Single judged responses are rows as well: groups of one, after the others. */
function withSingles(dataset: Dataset): Dataset {
  const { groups, unpaired } = dataset;
  if (unpaired.length === 0) return dataset;
  let all = made.get(groups);
  if (!all) {
    all = lazyList(
      groups.length + unpaired.length,
      (i) => groups[i] ?? asGroup(unpaired[i - groups.length]!),
    );
    // Few are quicker at hand.
    if (!singleColumnsOf(unpaired)) all = all.slice();
    made.set(groups, all);
  }
  return { ...dataset, groups: all, unpaired: [] };
}

/** A response judged alone, as a group of one; its score is the judgement where it has none. */
function asGroup(single: Unpaired): Group {
  const { id, prompt, response, desirable, row, line } = single;
  const score = response.score ?? (desirable ? 1 : 0);
  return { id, prompt, responses: [{ ...response, score }], row, ...(line !== undefined && { line }) };
}
