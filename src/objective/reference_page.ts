import { LOSSES } from "./losses/index.ts";
import type { Paper, Param, ParamSpecs } from "./params.ts";
import { PRESETS } from "./presets.ts";
import { REDUCTION } from "./reduction.ts";
import { STRATEGIES } from "./strategies/index.ts";

/** The reference of losses, strategies and presets as Markdown, from the registries alone. */
export function referencePage(): string {
  const parts = [
    "# Losses and strategies",
    "Written from the registries in src/objective; `npx vitest run --project node test/objective/reference_page.test.ts -u` " +
      "writes it again.",
    "ℓ is the loss of one group, h its calibrated ratio, a and r the log-probabilities of a response under policy and " +
      "reference, n its length in tokens, D = (a_w - r_w) - (a_l - r_l) the margin of a pair (w chosen, l rejected), σ the " +
      "logistic function.",
    "A new loss is a file in src/objective/losses with its line in index.ts there, and a file of the same id in " +
      "shaders/loss under its family; a new strategy likewise in src/objective/strategies and shaders/strategy. The page, " +
      "the spec, this reference and the tests find them there.",
    "## Losses",
    ...LOSSES.flatMap((loss) => [
      `### ${loss.name} (\`${loss.id}\`)`,
      `${loss.explanation} ${FAMILIES[loss.family]}${NEGATIVE[loss.flags.negative]}${
        loss.flags.needsReference ? "" : " Needs no reference."
      }`,
      `    ${loss.formula}`,
      cite(loss.paper),
      ...settings(loss.params),
    ]),
    "## Strategies",
    ...STRATEGIES.flatMap((strategy) => [
      `### ${strategy.name} (\`${strategy.id}\`)`,
      `${strategy.explanation}${strategy.flags.usesRatio ? "" : " Reads no ratio."}${
        strategy.flags.needsNonNegativeLoss ? " Needs losses that are not negative." : ""
      }`,
      `    ${strategy.formula}`,
      cite(strategy.paper),
      ...settings(strategy.params),
    ]),
    "## Ratio of a group",
    `${REDUCTION.help} Default: joint where a group has one source, mean where it mixes them.`,
    "## Presets",
    ...PRESETS.flatMap((preset) => [
      `### ${preset.name} (\`${preset.id}\`)`,
      preset.explanation,
      preset.quirks.map((quirk) => `- ${quirk.what} ${quirk.effect} *${quirk.here}*`).join("\n"),
    ]),
  ];
  return `${parts.join("\n\n")}\n`;
}

const FAMILIES = {
  pairwise: "Learns from pairs.",
  listwise: "Learns from scored lists.",
  unpaired: "Learns from single judged responses.",
} as const;

const NEGATIVE = { never: "", sometimes: " Can be negative.", always: " Always negative." } as const;

function cite({ title, authors, year, arxiv }: Paper): string {
  return `${authors}, *${title}*, ${year}${arxiv ? `, [arXiv ${arxiv}](https://arxiv.org/abs/${arxiv})` : ""}.`;
}

function settings(specs: ParamSpecs): string[] {
  const rows = Object.entries(specs).map(
    ([name, spec]) => `| \`${name}\` | ${String(spec.default)} | ${range(spec)} | ${spec.help} |`,
  );
  return rows.length > 0
    ? [["| setting | default | range | |", "| --- | --- | --- | --- |", ...rows].join("\n")]
    : [];
}

function range(spec: Param): string {
  if (spec.kind === "toggle") return "on, off";
  if (spec.kind === "choice") return spec.choices.join(", ");
  return `${spec.min} to ${spec.max}`;
}
