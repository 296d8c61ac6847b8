/** Methods and formats in the registries' own strings. */
import { formats } from "../../data/formats/index.ts";
import { citationOf } from "../../objective/citations.ts";
import { LOSSES } from "../../objective/losses/index.ts";
import type { Paper, ParamSpecs } from "../../objective/params.ts";
import { REDUCTION } from "../../objective/reduction.ts";
import { STRATEGIES } from "../../objective/strategies/index.ts";
import { OURS } from "../../objective/strategies/iw_kl_dro.ts";
import type { GuideContent, GuideMethod, GuidePaper } from "../api.ts";

const FAMILIES = {
  pairwise: "Learns from pairs.",
  listwise: "Learns from scored lists.",
  unpaired: "Learns from single judged responses.",
} as const;
const NEGATIVE = {
  never: "Never negative.",
  sometimes: "Can be negative.",
  always: "Always negative.",
} as const;
const STANCES = {
  neutral: "Reads the losses neither way.",
  pessimistic: "Pessimistic: large losses pull harder.",
  optimistic: "Optimistic: small losses pull harder.",
} as const;

export function guideContent(): GuideContent {
  const losses = LOSSES.map(
    (loss): GuideMethod => ({
      id: loss.id,
      kind: "loss",
      name: loss.name,
      explanation: loss.explanation,
      formula: loss.formula,
      notes: [
        FAMILIES[loss.family],
        NEGATIVE[loss.flags.negative],
        ...(loss.flags.needsReference ? [] : ["Needs no reference."]),
      ],
      paper: paperOf(loss.paper),
      settings: settingsOf(loss.params),
    }),
  );
  const strategies = STRATEGIES.map(
    (strategy): GuideMethod => ({
      id: strategy.id,
      kind: "strategy",
      name: strategy.name,
      explanation: strategy.explanation,
      formula: strategy.formula,
      notes: [
        STANCES[strategy.flags.stance],
        ...(strategy.flags.usesRatio ? [] : ["Reads no ratio."]),
        ...(strategy.flags.needsNonNegativeLoss ? ["Needs losses that are not negative."] : []),
      ],
      paper: paperOf(strategy.paper),
      settings: settingsOf(strategy.params),
    }),
  );
  return {
    methods: [...losses, ...strategies],
    formats: formats.map(({ id, label, columns, note, single }) => ({
      id,
      label,
      columns,
      note: note ?? null,
      single: single === true,
    })),
    reduction: REDUCTION.help,
  };
}

function paperOf(paper: Paper): GuidePaper {
  const whole = paper === OURS ? undefined : citationOf(paper);
  return {
    short: `${paper.authors} (${paper.year})`,
    authors: whole?.authors ?? [],
    title: whole?.title ?? paper.title,
    year: whole?.year ?? paper.year,
    venue: whole?.venue ?? null,
    arxiv: whole?.arxiv ?? paper.arxiv ?? null,
    doi: whole?.doi ?? null,
  };
}

function settingsOf(specs: ParamSpecs): GuideMethod["settings"] {
  return Object.entries(specs).map(([name, spec]) => ({
    name,
    default: String(spec.default),
    help: spec.help,
  }));
}
