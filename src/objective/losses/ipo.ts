import { real, toggle } from "../params.ts";
import { definePairLoss } from "./loss.ts";

export const ipo = definePairLoss({
  id: "ipo",
  name: "IPO",
  explanation:
    "Squared distance of the margin from a fixed goal: stops pushing once the margin is wide enough.",
  formula: "(d - 1/(2β))², d = (a_w-r_w)/n_w - (a_l-r_l)/n_l, or d = D",
  paper: {
    title: "A General Theoretical Paradigm to Understand Learning from Human Preferences",
    authors: "Azar et al.",
    year: 2023,
    arxiv: "2310.12036",
  },
  params: {
    beta: real(0.1, 1e-4, 100, "τ: the margin aimed at is 1/(2β), so a larger value asks for less."),
    average: toggle(
      true,
      "Average log-ratios over tokens (as TRL does) instead of summing them (as the paper).",
    ),
  },
  flags: { negative: "never", needsReference: true, lengthNormalised: true },
  reward: ({ beta }) => ({ scale: beta, reference: true, perToken: false }),
  pair({ aw, al, rw, rl, nw, nl }, { beta, average }) {
    const [sw, sl] = average ? [1 / nw, 1 / nl] : [1, 1];
    const gap = (aw - rw) * sw - (al - rl) * sl - 1 / (2 * beta);
    return [gap * gap, 2 * gap * sw, -2 * gap * sl];
  },
});
