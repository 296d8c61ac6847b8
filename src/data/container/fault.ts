/** Why a whole file, or the rest of it, cannot be read. Records before it are kept. */
export class FileFault {
  readonly what: string;
  readonly remedy: string | undefined;
  readonly excerpt: string | undefined;
  readonly line: number | undefined;
  /** The content is whole: only something that follows it is at fault. */
  readonly behind: boolean;

  constructor(
    what: string,
    remedy?: string,
    place: { excerpt?: string; line?: number; behind?: boolean } = {},
  ) {
    this.what = what;
    this.remedy = remedy;
    this.excerpt = place.excerpt;
    this.line = place.line;
    this.behind = place.behind ?? false;
  }
}
