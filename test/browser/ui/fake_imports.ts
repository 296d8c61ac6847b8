/** Data on their way into the made-up engine, and what is kept of them. */
import type { DatasetSummary, EngineApi, ImportOutcome, Look, ReadChoices } from "../../../src/worker/api.ts";
import { GROUPS } from "./fake_world.ts";

export interface FakeImportOptions {
  /** What reading these files gives; a cancelled import where it is absent. */
  readonly importOutcome?: (files: readonly File[]) => ImportOutcome;
  readonly importMs?: number;
}

type Calls =
  | "importFiles"
  | "look"
  | "reread"
  | "importReport"
  | "readAddress"
  | "askSize"
  | "importAddress"
  | "cancelImport"
  | "deleteDataset"
  | "setTarget"
  | "preferredIsTarget";

/** @param datasets those there are; changed in place */
export function fakeImports(
  datasets: DatasetSummary[],
  { importOutcome, importMs = 200 }: FakeImportOptions,
): Pick<EngineApi, Calls> {
  let cancelled = false;
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  return {
    async importFiles(files, onProgress) {
      cancelled = false;
      for (let i = 1; i <= 10 && !cancelled; i++) {
        await wait(importMs / 10);
        const ofBytes = files.reduce((sum, file) => sum + file.size, 0);
        onProgress({ file: files[0]!.name, bytes: (ofBytes * i) / 10, ofBytes, rows: 150 * i });
      }
      if (cancelled || !importOutcome)
        return { ok: false, problem: { what: "The import was cancelled." }, problems: [] };
      const outcome = importOutcome(files);
      if (outcome.ok) datasets.unshift(outcome.dataset);
      return outcome;
    },
    look: async (_from, choices = {}) => lookAt(choices),
    async reread(_hash, _choices, onProgress) {
      return this.importFiles([new File(["{}"], "again.jsonl")], onProgress);
    },
    importReport: async (_hash, format) => ({ name: `report.${format}`, blob: new Blob(["{}"]) }),
    readAddress: async (link) => ({
      url: link.replace("/blob/", "/resolve/"),
      host: new URL(link).host,
      file: link.split("/").at(-1)!,
      rewritten: link.includes("/blob/"),
    }),
    askSize: async () => ({ bytes: 12_400_000, answeredBy: "cdn.example" }),
    async importAddress(_url, onProgress) {
      return this.importFiles([new File(["{}"], "fetched.jsonl")], onProgress);
    },
    async cancelImport() {
      cancelled = true;
    },
    async deleteDataset(hash) {
      datasets.splice(
        datasets.findIndex((one) => one.hash === hash),
        1,
      );
    },
    async setTarget(hash, target) {
      const at = datasets.findIndex((one) => one.hash === hash);
      return (datasets[at] = { ...datasets[at]!, target });
    },
    async preferredIsTarget(hash) {
      const at = datasets.findIndex((one) => one.hash === hash);
      const sources = ["preferred", "other"].map((name) => ({ name, responses: GROUPS, meanWords: 12 }));
      return (datasets[at] = { ...datasets[at]!, target: 0, sources });
    },
  };
}

/** A look into a file whose columns have odd names. */
function lookAt({ mapping }: ReadChoices): Look {
  const guessed = { prompt: "question", chosen: "good", rejected: "bad" };
  const used = mapping ?? guessed;
  const rows = [1, 2, 3].map((i) => ({ question: `Question ${i}?`, good: `Yes ${i}.`, bad: `No ${i}.` }));
  const whole = used.chosen !== undefined && used.rejected !== undefined;
  return {
    columns: ["question", "good", "bad"].map((name) => ({ name, kind: "text", meanLength: 40 })),
    moreColumns: 0,
    exampleRows: rows,
    guess: {
      format: null,
      label: "Columns named by hand",
      columns: ["question", "good", "bad"],
      roles: { prompt: ["question"], responses: ["good", "bad"], scores: [], sources: [], weights: [] },
      mapping: guessed,
      target: null,
      note: null,
    },
    problem: null,
    preview: {
      rows: whole
        ? rows.map(({ question, good, bad }, i) => ({
            row: i + 1,
            prompt: question,
            responses: [good, bad].map((text, k) => ({ text, source: null, score: null, wins: 1 - k })),
          }))
        : [],
      rowsRead: 3,
      rowsKept: whole ? 3 : 0,
      pairs: whole ? 3 : 0,
      sources: [],
      target: null,
      notes: [],
      problems: whole
        ? []
        : [{ file: "odd.jsonl", row: 1, field: "bad", what: "Column `bad` is missing.", effect: "left-out" }],
    },
  };
}
