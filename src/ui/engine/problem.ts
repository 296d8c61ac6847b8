/** Anything thrown, as a problem in words. */
import { messageOf, TiltError } from "../../base/errors.ts";
import type { Problem } from "../../experiment/events.ts";

export function problemOf(thrown: unknown): Problem {
  if (!(thrown instanceof TiltError)) return { what: messageOf(thrown) };
  return {
    what: thrown.what,
    ...(thrown.where !== undefined && { where: thrown.where }),
    ...(thrown.remedy !== undefined && { remedy: thrown.remedy }),
  };
}
