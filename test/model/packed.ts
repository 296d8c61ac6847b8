/** Batches of the model's tests, laid out by hand so that they do not depend on the packer under test elsewhere. */
import type { PackedTokens } from "../../src/model/batch.ts";

/** Sequences one after another, each its own group: prompt and one response, nothing shared. */
export function separateSequences(
  sequences: readonly { readonly tokens: readonly number[]; readonly promptLength: number }[],
): PackedTokens {
  return packed(
    sequences.map(({ tokens, promptLength }) => ({
      prompt: tokens.slice(0, promptLength),
      responses: [tokens.slice(promptLength)],
    })),
  );
}

/** Groups whose responses share their prompt. */
export function packed(
  groups: readonly {
    readonly prompt: readonly number[];
    readonly responses: readonly (readonly number[])[];
  }[],
): PackedTokens {
  const tokens: number[] = [];
  const positions: number[] = [];
  const spans: number[] = [];
  const rowToken: number[] = [];
  const rowTarget: number[] = [];
  const rowResponse: number[] = [];
  const responseRowStart = [0];
  for (const { prompt, responses } of groups) {
    const start = tokens.length;
    const end = start + prompt.length + responses.reduce((sum, ids) => sum + ids.length, 0);
    prompt.forEach((id, i) => {
      tokens.push(id);
      positions.push(i);
      spans.push(start, start, start, end);
    });
    const promptEnd = tokens.length;
    for (const ids of responses) {
      const own = tokens.length;
      ids.forEach((id, i) => {
        rowToken.push(i === 0 ? promptEnd - 1 : own + i - 1);
        rowTarget.push(id);
        rowResponse.push(responseRowStart.length - 1);
        tokens.push(id);
        positions.push(prompt.length + i);
        spans.push(start, promptEnd, own, own + ids.length);
      });
      responseRowStart.push(rowToken.length);
    }
  }
  return {
    tokens: Uint32Array.from(tokens),
    positions: Uint32Array.from(positions),
    spans: Uint32Array.from(spans),
    rowToken: Uint32Array.from(rowToken),
    rowTarget: Uint32Array.from(rowTarget),
    rowResponse: Uint32Array.from(rowResponse),
    responseRowStart: Uint32Array.from(responseRowStart),
  };
}
