/** What the formats with lists of answers share. */
import { type ReadResponse, RowFault } from "./format.ts";

/** The responses, when there are enough of them to compare. `column` is named in the fault. */
export function needTwo(responses: readonly ReadResponse[], column: string): readonly ReadResponse[] {
  if (responses.length >= 2) return responses;
  throw new RowFault(
    responses.length === 0 ? "No response has text." : "Only one response has text; a group needs two.",
    column,
    "Add a response, or leave the row out.",
  );
}

/** For texts whose author is known, but which nobody has compared. */
export const humanPreferredNote =
  "The file does not say which answer is better. Tilt counts the human answer as preferred over each synthetic one.";
