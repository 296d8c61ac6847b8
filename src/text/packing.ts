/**
 * Packing: groups laid one after another, each as prompt, response 1, ..., response K. Every response sees the prompt
 * and itself, never its siblings, and its positions continue from the prompt: the prompt is computed once and nothing
 * is padded.
 */
import type { EncodedGroup } from "./encoding.ts";

/** T tokens, N predicted response tokens ("rows"), R responses, G groups. */
export interface BatchSize {
  readonly tokens: number;
  readonly rows: number;
  readonly responses: number;
  readonly groups: number;
}

export interface PackedBatch {
  readonly size: BatchSize;
  /** [T] token ids. */
  readonly tokens: Uint32Array;
  /** [T] rotary positions, counted from the start of the prompt. */
  readonly positions: Uint32Array;
  /**
   * [T, 4] (prefixStart, prefixEnd, selfStart, queryEnd): token t attends to keys [prefixStart, prefixEnd) and
   * [selfStart, t]; as a key it is seen by queries in [t, queryEnd), where those queries' spans say so.
   */
  readonly spans: Uint32Array;
  /** [N] token whose hidden state predicts the row: the last prompt token, then each response token but the last. */
  readonly rowToken: Uint32Array;
  /** [N] the token to be predicted. */
  readonly rowTarget: Uint32Array;
  /** [N] response the row belongs to. */
  readonly rowResponse: Uint32Array;
  /** [R + 1] rows of response r are responseRowStart[r] to responseRowStart[r + 1] - 1. */
  readonly responseRowStart: Uint32Array;
  /** [G + 1] responses of group g are groupStart[g] to groupStart[g + 1] - 1. */
  readonly groupStart: Uint32Array;
  /** [R] tokens per response, EOS counted. */
  readonly lengths: Float32Array;
  /** [R] preference scores. */
  readonly scores: Float32Array;
  /** [R] source indices; 0xffffffff when unknown. */
  readonly sources: Uint32Array;
}

export interface PackOptions {
  /** false: each response carries its own copy of the prompt. Same numbers, more work; for comparisons. */
  readonly share: boolean;
}

/** Packs encoded groups in the given order. */
export function packGroups(
  groups: readonly EncodedGroup[],
  options: PackOptions = { share: true },
): PackedBatch {
  const size = packedSize(groups, options);
  const batch = {
    size,
    tokens: new Uint32Array(size.tokens),
    positions: new Uint32Array(size.tokens),
    spans: new Uint32Array(4 * size.tokens),
    rowToken: new Uint32Array(size.rows),
    rowTarget: new Uint32Array(size.rows),
    rowResponse: new Uint32Array(size.rows),
    responseRowStart: new Uint32Array(size.responses + 1),
    groupStart: new Uint32Array(size.groups + 1),
    lengths: new Float32Array(size.responses),
    scores: new Float32Array(size.responses),
    sources: new Uint32Array(size.responses),
  };
  let token = 0;
  let row = 0;
  let response = 0;

  const place = (
    ids: Uint32Array,
    position: number,
    prefixStart: number,
    prefixEnd: number,
    end: number,
  ): void => {
    const start = token;
    for (let i = 0; i < ids.length; i++) {
      batch.tokens[token] = ids[i]!;
      batch.positions[token] = position + i;
      const at = 4 * token;
      batch.spans[at] = prefixStart;
      batch.spans[at + 1] = prefixEnd;
      batch.spans[at + 2] = start;
      batch.spans[at + 3] = end;
      token++;
    }
  };

  groups.forEach((group, g) => {
    batch.groupStart[g] = response;
    const { prompt } = group;
    let promptStart = token;
    const total = group.responses.reduce((sum, ids) => sum + ids.length, prompt.length);
    if (options.share) place(prompt, 0, promptStart, promptStart, promptStart + total);
    group.responses.forEach((ids, k) => {
      if (!options.share) {
        promptStart = token;
        place(prompt, 0, promptStart, promptStart, promptStart + prompt.length + ids.length);
      }
      const promptEnd = promptStart + prompt.length;
      const start = token;
      place(ids, prompt.length, promptStart, promptEnd, start + ids.length);
      batch.responseRowStart[response] = row;
      ids.forEach((target, i) => {
        batch.rowToken[row] = i === 0 ? promptEnd - 1 : start + i - 1;
        batch.rowTarget[row] = target;
        batch.rowResponse[row] = response;
        row++;
      });
      batch.lengths[response] = ids.length;
      batch.scores[response] = group.scores[k]!;
      batch.sources[response] = group.sources[k]! >>> 0;
      response++;
    });
  });
  batch.groupStart[groups.length] = response;
  batch.responseRowStart[response] = row;
  return batch;
}

/** The sizes `packGroups` would give, without packing. */
export function packedSize(
  groups: readonly EncodedGroup[],
  options: PackOptions = { share: true },
): BatchSize {
  let tokens = 0;
  let rows = 0;
  let responses = 0;
  for (const group of groups) {
    const own = group.responses.reduce((sum, ids) => sum + ids.length, 0);
    tokens += own + group.prompt.length * (options.share ? 1 : group.responses.length);
    rows += own;
    responses += group.responses.length;
  }
  return { tokens, rows, responses, groups: groups.length };
}
