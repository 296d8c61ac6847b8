/** Code of elements that not every visitor sees: fetched when one is first shown. */
import { problemOf } from "../base/errors.ts";
import type { Problem } from "../experiment/events.ts";

/**
 * @param load fetches the code that defines the element
 * @returns a function to call when the element is rendered: it fetches once, and tells what went wrong
 */
export function fetched(load: () => Promise<unknown>): (tell: (problem: Problem) => void) => void {
  let going = false;
  return (tell) => {
    if (going) return;
    going = true;
    load().catch((thrown: unknown) => {
      going = false;
      tell(problemOf(thrown));
    });
  };
}
