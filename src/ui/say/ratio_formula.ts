/** What h is, as a formula, by where the ratio comes from and by its form. */
import type { Spec } from "../../experiment/spec.ts";
import { fixed } from "../text.ts";
import { call, num, op, over, type Piece, row, sub, sum, sym } from "./math.ts";

type Ratio = Spec["ratio"];

export const RATIO_SENTENCES: Readonly<Record<Ratio["source"], string>> = {
  classifier:
    "A small classifier learns to tell human responses from synthetic ones; its odds become each response’s likelihood ratio.",
  true: "The world knows how likely each source writes each response, so every likelihood ratio is exact.",
  file: "The file says how likely each response is the target’s; that probability becomes its likelihood ratio.",
  weight: "The file gives every row a weight, and h is that weight.",
};

interface Formula {
  readonly formula: Piece;
  /** For those who hear it. */
  readonly words: string;
}

/** @param alpha share of the target in P, null where it is not known */
export function ratioFormula(
  { source, form }: Pick<Ratio, "source" | "form">,
  alpha: number | null,
): Formula {
  const share = alpha === null ? sym("α") : num(fixed(alpha, 2));
  const posterior: Formula = {
    formula: row(
      ...H,
      op("="),
      ...DENSITIES,
      op("="),
      over(call("p", row(sym("target"), op("|"), sym("x"), op(","), sym("y"))), share),
    ),
    words: "h is the probability of being the target’s over the target’s share",
  };
  if (source === "file") return posterior;
  if (source === "weight") {
    return { formula: row(...H, op("="), sym("weight")), words: "h is the weight of the row" };
  }
  return source === "true" ? mixture(share) : { posterior, mixture: mixture(share), ...inexact(share) }[form];
}

const H = [sym("h")];
const DENSITIES = [over(sub("Q", "0"), sym("P"))];
/** Qi over Q0. */
const against = (): Piece => over(sub("Q", "i"), sub("Q", "0"));

function mixture(share: Piece): Formula {
  const below = row(share, op("+"), sum("i", sub("β", "i"), against()));
  return {
    formula: row(...H, op("="), ...DENSITIES, op("="), over(num("1"), below)),
    words: "h is the density of the target over that of the mixture",
  };
}

/** n counts all sources; b is α for the target and β for the others. None of these is the density ratio, so none says so. */
function inexact(share: Piece): Readonly<Record<"averaged" | "stabilised" | "released", Formula>> {
  const one = (below: Piece): Piece => over(num("1"), below);
  const parts = sum("i", over(sub("Q", "0"), row(sub("β", "i"), sub("Q", "i"))));
  const bounded = row(one(sym("n")), op("+"), sub("b", "i"), against());
  const odds = over(row(num("1"), op("−"), sym("p")), sym("p"));
  return {
    averaged: {
      formula: row(...H, op("="), one(sym("n")), op("("), one(share), op("+"), parts, op(")")),
      words: "h is the mean over the sources of the target’s density over each source’s part of the mixture",
    },
    stabilised: {
      formula: row(...H, op("="), one(sym("n")), sum("i", one(bounded))),
      words: "h is the same mean with one over n added to every denominator, so it is at most n",
    },
    released: {
      formula: row(...H, op("="), one(row(one(sym("n")), op("+"), sub("b", "i"), odds))),
      words:
        "h is one over one n-th plus the share of the response’s own source times the odds against the target",
    },
  };
}
