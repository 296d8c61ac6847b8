import { TiltError } from "../../base/errors.ts";
import { softmax } from "../numerics.ts";
import { real } from "../params.ts";
import { normalised } from "./reweight.ts";
import { defineStrategy } from "./strategy.ts";

export const groupDro = defineStrategy({
  id: "group_dro",
  name: "Group DRO over sources",
  explanation: "Keeps one weight per source and raises it while that source's mean loss is high.",
  formula: "Σ_s q_s·L_s, q_s ← q_s exp(η L_s)/Z",
  paper: {
    title: "Distributionally Robust Neural Networks for Group Shifts",
    authors: "Sagawa, Koh, Hashimoto, Liang",
    year: 2019,
    arxiv: "1911.08731",
  },
  params: { eta: real(0.01, 0, 100, "η: how fast a source's weight follows its loss.") },
  flags: { usesRatio: false, stance: "pessimistic", needsNonNegativeLoss: false, couplesBatch: true },
  evaluate({ losses, sourceShares, sourceWeights }, { eta }) {
    if (!sourceShares || sourceShares.some((shares) => !(sumPositive(shares) > 0))) {
      throw new TiltError("Group DRO needs the source of every response.", {
        where: "strategy group_dro",
        remedy: "Name the column that says where each response comes from, or choose another strategy.",
      });
    }
    const sources = sourceShares[0]!.length;
    const previous = sourceWeights ?? new Array<number>(sources).fill(1 / sources);
    const mass = new Array<number>(sources).fill(0);
    const total = new Array<number>(sources).fill(0);
    sourceShares.forEach((shares, i) => {
      for (let s = 0; s < sources; s++) {
        mass[s]! += shares[s]!;
        total[s]! += shares[s]! * losses[i]!;
      }
    });
    // A source absent from the batch has nothing to say: its loss counts as 0 in the update, as in the paper's code.
    const meanLoss = total.map((sum, s) => (mass[s]! > 0 ? sum / mass[s]! : 0));
    const updated = softmax(meanLoss.map((loss, s) => Math.log(previous[s]!) + eta * loss));
    const gradient = sourceShares.map((shares) =>
      updated.reduce((g, weight, s) => g + (mass[s]! > 0 ? (weight * shares[s]!) / mass[s]! : 0), 0),
    );
    const value = updated.reduce((sum, weight, s) => sum + weight * meanLoss[s]!, 0);
    return { value, gradient, q: normalised(gradient), sourceWeights: updated };
  },
});

function sumPositive(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}
