/** Runs written up. */
import type { ExportedFile } from "./exports.ts";

export interface ReportApi {
  /**
   * Stored runs as one HTML page without scripts, as JSON, and their methods' papers as BibTeX.
   * @param page address of the page, for links that run them again
   */
  report(runs: readonly string[], page: string): Promise<readonly ExportedFile[]>;
}
