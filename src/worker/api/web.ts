/** Data from web addresses: nothing is asked of the network before a person agrees. */
import type { ReadChoices } from "../../data/options.ts";
import type { ImportOutcome, ImportProgress } from "./imports.ts";

/** What a pasted link stands for, told without any request. */
export interface WebFile {
  /** The address that would be asked. */
  readonly url: string;
  readonly host: string;
  readonly file: string;
  /** True when the link was a page about the file, and `url` is the file itself. */
  readonly rewritten: boolean;
}

/** What the host says about a file, before it is fetched. */
export interface WebSize {
  /** Null where the host does not say. */
  readonly bytes: number | null;
  /** The host that answered in the end, where it is another one than asked. */
  readonly answeredBy: string | null;
}

export interface WebApi {
  /** @throws TiltError when it is no address that can be fetched */
  readAddress(link: string): Promise<WebFile>;
  /** Asks the host for the size alone. @throws TiltError when it cannot be asked or says that there is no such file */
  askSize(url: string): Promise<WebSize>;
  /** Fetches the file, then reads it as `importFiles` does. `cancelImport` stops either. */
  importAddress(
    url: string,
    onProgress: (progress: ImportProgress) => void,
    choices?: ReadChoices,
  ): Promise<ImportOutcome>;
}
