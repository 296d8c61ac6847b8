import { attentionOps, blockRanges } from "../../../src/ops/attention.ts";
import { opCase } from "../op_case.ts";

/** Spans of groups given as [prompt length, response lengths ...]. */
export function spansOf(groups: readonly (readonly number[])[]): number[] {
  const spans: number[] = [];
  let at = 0;
  for (const [prompt, ...responses] of groups) {
    const end = at + [prompt!, ...responses].reduce((sum, n) => sum + n, 0);
    for (let t = 0; t < prompt!; t++) spans.push(at, at, at, end);
    let start = at + prompt!;
    for (const length of responses) {
      for (let t = 0; t < length; t++) spans.push(at, at + prompt!, start, start + length);
      start += length;
    }
    at = end;
  }
  return spans;
}

const layouts = [
  { name: "one token", groups: [[1]] },
  { name: "one sequence of 13", groups: [[13]] },
  {
    name: "ragged groups",
    groups: [
      [5, 3, 9],
      [1, 1, 1, 2],
      [18, 7, 2, 11],
    ],
  },
];
const heads = [
  { heads: 1, kvHeads: 1, headDim: 2 },
  { heads: 6, kvHeads: 2, headDim: 7 },
  { heads: 4, kvHeads: 2, headDim: 12 },
  { heads: 3, kvHeads: 1, headDim: 32 },
  { heads: 2, kvHeads: 2, headDim: 36 },
  { heads: 2, kvHeads: 1, headDim: 72 },
  { heads: 2, kvHeads: 1, headDim: 16 },
];

const cases = [
  ...layouts.flatMap((layout) => heads.map((shape) => ({ ...layout, shape }))),
  { name: "a sequence of 2,048", groups: [[1500, 548]], shape: { heads: 1, kvHeads: 1, headDim: 4 } },
];

export default cases.flatMap(({ name, groups, shape }) => {
  const { forward, query, key } = attentionOps(shape.headDim);
  const spans = spansOf(groups);
  const params = { tokens: spans.length / 4, ...shape };
  const title = `${name}, ${shape.heads}/${shape.kvHeads} heads of ${shape.headDim}`;
  const fill = { spans: () => spans, ranges: () => blockRanges(Uint32Array.from(spans)) };
  // lse is drawn about as large as it would be, so that no weight saturates at 1.
  const middle = Math.max(3, Math.log(params.tokens));
  const withLse = {
    ...fill,
    lse: (random: { normal(): number }, n: number) =>
      Array.from({ length: n }, () => middle + 0.3 * random.normal()),
  };
  const scaled = { atol: 3e-5, rtol: 3e-5 };
  return [
    opCase(forward, title, params, { fill, ...scaled }),
    opCase(query, title, params, { fill: withLse, ...scaled }),
    opCase(key, title, params, { fill: withLse, ...scaled, atol: 1e-4 }),
  ];
});
