/** What can go wrong with a browser's storage, in words. */
import { messageOf, TiltError } from "../base/errors.ts";

const nameOf = (thrown: unknown): string =>
  typeof thrown === "object" && thrown !== null && "name" in thrown ? String(thrown.name) : "";

/** Bytes for people: "3.1 MB". */
export function readableBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toPrecision(value < 100 ? 2 : 3)} ${units[unit]}`;
}

/** Whether a failure means that there is no room left. */
export function isQuota(thrown: unknown): boolean {
  return nameOf(thrown) === "QuotaExceededError" || /quota/i.test(messageOf(thrown));
}

/**
 * @param what what was being done, as a noun: "the dataset march"
 * @returns the TiltError to throw
 */
export function storageError(thrown: unknown, what: string): TiltError {
  const name = nameOf(thrown);
  if (isQuota(thrown)) {
    return new TiltError(
      `The browser's storage is full, so ${what} was not saved. Nothing stored before is lost.`,
      {
        where: "storage",
        remedy:
          "Delete datasets or runs in the storage panel, or free disk space, then save again. Some browsers give room back only a while after a deletion.",
        cause: thrown,
      },
    );
  }
  if (name === "DataCloneError") {
    return new TiltError(`A value in ${what} cannot be stored.`, {
      where: "storage",
      remedy: "This is a defect in Tilt; please report it.",
      cause: thrown,
    });
  }
  return new TiltError(`The browser's storage failed with ${what}: ${messageOf(thrown)}`, {
    where: "storage",
    remedy:
      "Reload the page. If it happens again, the browser's site data may be damaged; clear it for this page.",
    cause: thrown,
  });
}

/** Why nothing can be stored at all: no IndexedDB, a private window, cookies blocked. */
export function unavailable(thrown: unknown): string {
  const [reason, remedy] =
    thrown instanceof TiltError && thrown.remedy
      ? [thrown.what, thrown.remedy]
      : [messageOf(thrown), "In a private window this is normal; elsewhere allow site data for this page."];
  return `This browser lets Tilt store nothing here (${reason}). Everything works, but is gone when the tab closes. ${remedy}`;
}
