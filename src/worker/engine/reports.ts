/** Runs written up; what writes them is fetched when somebody asks. */
import type { JudgedRun, ReportApi } from "../api.ts";
import type { Core } from "./core.ts";

export function reportCalls(core: Core): ReportApi {
  return {
    async report(runs, page) {
      const [{ reportFiles }, { readRecord }, { makeLink }] = await Promise.all([
        import("../../experiment/report/report.ts"),
        import("../../experiment/read_record.ts"),
        import("./link_files.ts"),
      ]);
      const store = await core.store();
      const reported = [];
      for (const id of runs) {
        const record = readRecord(await store.runs.get(id), id);
        const request = { spec: record.spec, run: id, title: "", inline: false, page };
        // A run whose data cannot be named in a link is reported without one.
        const link = await makeLink(core, request).catch(() => null);
        const judged = (await store.runs.beside(id, "judged")) as JudgedRun | null;
        reported.push({ record, link: link?.url ?? null, judged });
      }
      const files = reportFiles(reported, new Date().toISOString());
      return files.map(({ name, type, text }) => ({ name, blob: new Blob([text], { type }) }));
    },
  };
}
