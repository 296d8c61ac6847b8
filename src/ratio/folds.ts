/**
 * Folds for cross-fitting. All responses to a prompt share a fold: otherwise the classifier has seen half of the
 * group it scores, and h degenerates towards a source indicator.
 */
import { TiltError } from "../base/errors.ts";
import { stream } from "../base/random.ts";

/**
 * One fold per sample, drawn by group key, groups shuffled by `seed` and dealt round robin, so fold sizes in groups
 * differ by at most one.
 * @param keys group key per sample, normally the prompt's text
 * @throws TiltError when there are fewer groups than folds
 */
export function groupedFolds(keys: readonly string[], folds: number, seed: number): Int32Array {
  const groups = [...new Set(keys)];
  const { length } = groups;
  if (length < folds) {
    throw new TiltError(
      `There ${length === 1 ? "is 1 distinct prompt" : `are ${length} distinct prompts`}, too few for ${folds} folds.`,
      {
        where: "cross-fitting",
        remedy: length < 2 ? "Add rows with other prompts." : `Use at most ${length} folds, or add prompts.`,
      },
    );
  }
  const foldOf = new Map<string, number>();
  stream(seed, "ratio/folds")
    .shuffle(groups)
    .forEach((group, position) => void foldOf.set(group, position % folds));
  return Int32Array.from(keys, (key) => foldOf.get(key)!);
}
