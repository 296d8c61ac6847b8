/** README.md beside the weights: what a reader needs in order to trust or repeat them. */
import type { Progress } from "./progress_file.ts";
import type { HeldOut, Recipe } from "./recipe.ts";

export interface Findings {
  readonly progress: Progress;
  /** Words of the command that was run. */
  readonly command: string;
  readonly adapter: string;
  readonly parameters: number;
  /** Bytes and SHA-256 of model.safetensors. */
  readonly bytes: number;
  readonly hash: string;
  readonly trainTokens: number;
  readonly heldOut: readonly { readonly set: HeldOut; readonly tokens: number; readonly loss: number }[];
  readonly samples: readonly string[];
}

/** Mean training loss over the last steps, so that one batch does not decide. */
const LAST = 50;

export function modelCard(recipe: Recipe, found: Findings): string {
  const { config, optimisation, seed, card } = recipe;
  const { progress } = found;
  const last = progress.losses.slice(-LAST);
  const trainLoss = last.reduce((sum, loss) => sum + loss, 0) / last.length;
  const rows = found.heldOut.map(
    ({ set, tokens, loss }) =>
      `| held out: ${set.name} | ${tokens} | ${loss.toFixed(4)} | ${set.floor === undefined ? "not known" : set.floor.toFixed(4)} |`,
  );
  return `# ${recipe.name}

${card.what} Pre-trained from random weights by Tilt itself.

## Shape

Llama: vocabulary ${config.vocab}, width ${config.dim}, ${config.layers} layers, ${config.heads} heads of ${config.headDim}, feed-forward ${config.hidden}, up to ${config.maxPositions} positions, head tied
to the embedding. ${found.parameters.toLocaleString("en")} parameters, stored as float16 (${found.bytes.toLocaleString("en")} bytes).

SHA-256 of \`model.safetensors\`: \`${found.hash}\`

## Data

${card.data.join("\n\n")}

## Training

    ${found.command}

${progress.step} steps, ${found.trainTokens.toLocaleString("en")} predicted tokens, seed ${seed}. AdamW: peak rate ${optimisation.lr}, warm-up ${100 * optimisation.warmup} % of the steps, then a cosine to 0; betas 0.9 and
${recipe.beta2}, weight decay ${optimisation.weightDecay}, gradient norm clipped at ${optimisation.clip}. Every number is float32.

${minutes(progress.wallSeconds)} on ${found.adapter} (${minutes(progress.cpuSeconds)} of CPU time over all cores; other processes ran beside it).
The same adapter gives the same weights again; another one rounds differently and ends near by.

## Loss

Nats per token, of the stored weights. *Floor*: entropy of the exact distribution on the same texts.

| texts | tokens | loss | floor |
| --- | --- | --- | --- |
| training, mean of the last ${last.length} steps (first step ${progress.losses[0]!.toFixed(4)}) | | ${trainLoss.toFixed(4)} | |
${rows.join("\n")}

Greedy continuations:

${found.samples.map((text) => text.replace(/^/gm, "    ")).join("\n\n    ...\n\n")}

## Use and limits

${card.limits}

Licence: ${card.licence}
`;
}

function minutes(seconds: number): string {
  return `${(seconds / 60).toFixed(1)} minutes`;
}
