/** What a link's experiment would do, in words: the card in the page and `tilt verify` say the same. */
import { strategyById } from "../objective/strategies/index.ts";
import { type Change, describeChanges } from "./changes.ts";
import type { Digest, DigestEnvironment } from "./digest.ts";
import { type LinkContent, type LinkNeeds, needsOf } from "./link-content.ts";
import { modelName } from "./model_names.ts";
import { planeSpec } from "./plane/preset.ts";
import { runName } from "./run_name.ts";
import { defaultSpec, type Spec } from "./spec.ts";
import { parameterCount } from "./work.ts";

export interface LinkCard {
  /** Words of the link's author. */
  readonly title: string | null;
  readonly data: string;
  /** Host of the address that running would fetch from. */
  readonly host: string | null;
  readonly needs: LinkNeeds;
  readonly model: string;
  /** Strategy with its settings, steps and groups. */
  readonly work: string;
  /** Settings that differ from the defaults, but for those that the lines above say. */
  readonly changes: readonly Change[];
  /** What the run is said to give, where the link says it: metric and last value. */
  readonly claims: readonly { readonly metric: string; readonly step: number; readonly value: number }[];
  /** Where those numbers were computed; null when the link carries none. */
  readonly computedOn: DigestEnvironment | null;
  /** What changed since the version that the link was written for. */
  readonly notes: readonly string[];
}

/** Fields that have a line of their own on the card. */
const TOLD: readonly string[] = [
  "data.source",
  "data.sha256",
  "model.kind",
  "model.pretrained",
  "train.strategy",
  "train.steps",
];

/** Pure: nothing is fetched, opened or run. */
export function linkCard(content: LinkContent): LinkCard {
  const { spec, title, digest, notes = [] } = content;
  const needs = needsOf(content);
  return {
    title: title ?? null,
    data: dataWords(content, needs),
    host: needs.fetches === null ? null : new URL(needs.fetches).host,
    needs,
    model: modelWords(spec),
    work: workWords(spec),
    changes: describeChanges(baseOf(spec), spec).filter(({ path }) => !TOLD.includes(path)),
    claims: digest ? claims(digest) : [],
    computedOn: digest?.environment ?? null,
    notes,
  };
}

/** What "not default" is measured against: Play has published settings of its own. */
function baseOf(spec: Spec): Spec {
  return spec.data.source === "builtin:plane" ? planeSpec() : defaultSpec();
}

function dataWords({ spec, file, inline }: LinkContent, needs: LinkNeeds): string {
  const { source, groups } = spec.data;
  if (source === "builtin:chatter") return `Chatter, ${groups} groups made by the built-in generator`;
  if (source === "builtin:plane") return `Plane, ${groups} pairs made by the built-in generator`;
  if (inline !== undefined) {
    const rows = inline.split("\n").filter((line) => line.trim() !== "").length;
    return `${file ?? "Rows"}, ${rows} lines inside the link itself`;
  }
  if (needs.fetches !== null) return new URL(needs.fetches).pathname.split("/").at(-1) || needs.fetches;
  return file ?? "A file that the link does not name";
}

function modelWords(spec: Spec): string {
  const { model, data } = spec;
  if (data.source === "builtin:plane") return `a policy on the plane, ${model.planeHidden} hidden units`;
  if (model.kind === "pretrained") {
    const [kind, id = ""] = modelName(spec).split(":");
    return kind === "builtin" ? `${id}, comes with Tilt` : `weights from a file, SHA-256 ${id.slice(0, 12)}…`;
  }
  const count = parameterCount(spec)!;
  const rounded =
    count < 1e6 ? `${Math.round(count / 1000)} thousand` : `${(count / 1e6).toFixed(1)} million`;
  return `fresh transformer, ${model.layers} ${model.layers === 1 ? "layer" : "layers"} of width ${model.dim}, at most ${rounded} parameters`;
}

function workWords(spec: Spec): string {
  const { steps, batch } = spec.train;
  if (spec.data.source === "builtin:plane")
    return `Play: four strategies side by side, ${steps} steps of ${batch} pairs, seed ${spec.seed}`;
  const sft =
    spec.data.source === "builtin:plane" || spec.sft.steps === 0
      ? ""
      : `${spec.sft.steps} steps to the reference, then `;
  const { flags } = strategyById(spec.train.strategy);
  const ratio = flags.usesRatio && spec.ratio.source === "classifier" ? "a source classifier, " : "";
  return `${runName(spec)}: ${ratio}${sft}${steps} steps of ${batch} groups, seed ${spec.seed}`;
}

/** Last value of each curve that came along. */
function claims({ curves }: Digest): LinkCard["claims"] {
  return curves.flatMap(({ name, steps, values }) => {
    const [step, value] = [steps.at(-1), values.at(-1)];
    return step === undefined || value === undefined || !Number.isFinite(value)
      ? []
      : [{ metric: name, step, value }];
  });
}
