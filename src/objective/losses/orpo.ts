import { log1mexp, logSigmoid, sigmoid } from "../numerics.ts";
import { real } from "../params.ts";
import { definePairLoss } from "./loss.ts";

/** Per-token log-probs are held this far below 0: at 0 the odds p/(1-p) are infinite. */
const CLOSEST_TO_ONE = -1e-6;

export const orpo = definePairLoss({
  id: "orpo",
  name: "ORPO",
  explanation: "Likelihood of the chosen response plus a penalty on the odds ratio against the rejected one.",
  formula: "-p_w - L log σ(log odds(p_w) - log odds(p_l)), p = a/n",
  paper: {
    title: "ORPO: Monolithic Preference Optimization without Reference Model",
    authors: "Hong, Lee, Thorne",
    year: 2024,
    arxiv: "2403.07691",
  },
  params: { lam: real(0.1, 0, 100, "L: weight of the odds-ratio term.") },
  flags: { negative: "never", needsReference: false, lengthNormalised: true },
  reward: ({ lam }) => ({ scale: lam, reference: false, perToken: true }),
  pair({ aw, al, nw, nl }, { lam }) {
    const pw = Math.min(aw / nw, CLOSEST_TO_ONE);
    const pl = Math.min(al / nl, CLOSEST_TO_ONE);
    const odds = pw - pl - (log1mexp(pw) - log1mexp(pl));
    const push = lam * sigmoid(-odds);
    return [-pw - lam * logSigmoid(odds), (-1 + push / Math.expm1(pw)) / nw, -push / Math.expm1(pl) / nl];
  },
});
