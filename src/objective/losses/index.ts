import { TiltError } from "../../base/errors.ts";
import { dpo } from "./dpo.ts";
import type { Loss } from "./loss.ts";

/** Every loss, in the order the page lists them. Adding one here is all the registration there is. */
export const LOSSES: readonly Loss[] = [dpo];

/** @throws TiltError naming the known ids */
export function lossById(id: string): Loss {
  const found = LOSSES.find((loss) => loss.id === id);
  if (found) return found;
  throw new TiltError(`There is no loss called "${id}".`, {
    where: "loss",
    remedy: `Use one of: ${LOSSES.map((loss) => loss.id).join(", ")}.`,
  });
}
