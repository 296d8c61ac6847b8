/** Why a whole file, or the rest of it, cannot be read. Records before it are kept. */
export class FileFault {
  readonly what: string;
  readonly remedy: string | undefined;
  readonly excerpt: string | undefined;
  readonly line: number | undefined;

  constructor(what: string, remedy?: string, place: { excerpt?: string; line?: number } = {}) {
    this.what = what;
    this.remedy = remedy;
    this.excerpt = place.excerpt;
    this.line = place.line;
  }
}
