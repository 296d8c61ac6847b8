import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchCapacity, batchPlan, microBatches } from "../../src/text/batches.ts";
import { type EncodedGroup, encodeGroups, promptTokens } from "../../src/text/encoding.ts";
import { type PackedBatch, packedSize, packGroups } from "../../src/text/packing.ts";
import type { Tokenizer } from "../../src/text/tokenizer.ts";
import { byteTokenizer } from "../../src/text/tokenizer_bytes.ts";

const ids = (minLength: number) =>
  fc.array(fc.nat(500), { minLength, maxLength: 6 }).map((list) => Uint32Array.from(list));

const anyGroup: fc.Arbitrary<EncodedGroup> = fc
  .record({ prompt: ids(1), responses: fc.array(ids(1), { minLength: 1, maxLength: 4 }) })
  .map(({ prompt, responses }) => ({
    prompt,
    responses,
    scores: responses.map((_, k) => k / 2),
    sources: responses.map((_, k) => k - 1),
  }));
const anyGroups = fc.array(anyGroup, { minLength: 1, maxLength: 4 });

/** The (token, position) pairs that token t attends to, by its spans. */
function visible(batch: PackedBatch, t: number): string[] {
  const [prefixStart, prefixEnd, selfStart] = batch.spans.subarray(4 * t);
  const keys: number[] = [];
  for (let key = prefixStart!; key < prefixEnd!; key++) keys.push(key);
  for (let key = selfStart!; key <= t; key++) keys.push(key);
  return keys.map((key) => `${batch.tokens[key]}@${batch.positions[key]}`);
}

const sequence = (tokens: ArrayLike<number>) => Array.from(tokens, (token, i) => `${token}@${i}`);

describe.each([true, false])("packGroups, share %s", (share) => {
  test("each row sees exactly what its own sequence would show it", () => {
    fc.assert(
      fc.property(anyGroups, (groups) => {
        const batch = packGroups(groups, { share });
        let response = 0;
        groups.forEach((group, g) => {
          expect(batch.groupStart[g]).toBe(response);
          group.responses.forEach((answer, k) => {
            const whole = [...group.prompt, ...answer];
            const first = batch.responseRowStart[response]!;
            expect(batch.responseRowStart[response + 1]! - first).toBe(answer.length);
            answer.forEach((target, i) => {
              const row = first + i;
              expect(batch.rowTarget[row]).toBe(target);
              expect(batch.rowResponse[row]).toBe(response);
              const context = visible(batch, batch.rowToken[row]!);
              expect(context).toEqual(sequence(whole.slice(0, group.prompt.length + i)));
            });
            expect(batch.lengths[response]).toBe(answer.length);
            expect(batch.scores[response]).toBe(k / 2);
            expect(batch.sources[response]).toBe((k - 1) >>> 0);
            response++;
          });
        });
        expect(batch.groupStart[groups.length]).toBe(response);
        expect(batch.responseRowStart[response]).toBe(batch.rowToken.length);
      }),
    );
  });

  test("queryEnd is one past the last token that sees the key", () => {
    fc.assert(
      fc.property(anyGroups, (groups) => {
        const { spans, size } = packGroups(groups, { share });
        const last = new Uint32Array(size.tokens);
        for (let t = 0; t < size.tokens; t++) {
          const [prefixStart, prefixEnd, selfStart] = spans.subarray(4 * t);
          for (let key = prefixStart!; key < prefixEnd!; key++) last[key] = t;
          for (let key = selfStart!; key <= t; key++) last[key] = t;
        }
        for (let t = 0; t < size.tokens; t++) expect(spans[4 * t + 3]).toBe(last[t]! + 1);
      }),
    );
  });

  test("arrays have the promised sizes", () => {
    fc.assert(
      fc.property(anyGroups, (groups) => {
        const batch = packGroups(groups, { share });
        const { tokens, rows, responses } = packedSize(groups, { share });
        expect(batch.size).toEqual(packedSize(groups, { share }));
        expect([batch.tokens.length, batch.positions.length, batch.spans.length / 4]).toEqual([
          tokens,
          tokens,
          tokens,
        ]);
        expect([batch.rowToken.length, batch.lengths.length]).toEqual([rows, responses]);
        const copies = (group: EncodedGroup) => (share ? 1 : group.responses.length);
        const expected = groups.reduce((sum, group) => sum + copies(group) * group.prompt.length, rows);
        expect(tokens).toBe(expected);
      }),
    );
  });
});

describe("encodeGroups", () => {
  const group = (prompt: string, ...texts: string[]) => ({
    prompt,
    responses: texts.map((text, k) => ({ text, source: k, score: k })),
  });
  const bytes = byteTokenizer();
  const withBos: Tokenizer = { ...bytes, vocabSize: bytes.vocabSize + 1, bosId: bytes.vocabSize };

  test("nothing is cut when there is room, and every response ends with EOS", () => {
    const { groups, promptsCut, responsesCut } = encodeGroups([group("ab", "c", "def")], bytes, 6);
    expect([promptsCut, responsesCut]).toEqual([0, 0]);
    expect(groups[0]!.prompt).toEqual(bytes.encode("ab"));
    expect(groups[0]!.responses.map((answer) => Array.from(answer))).toEqual([
      [...bytes.encode("c"), 0],
      [...bytes.encode("def"), 0],
    ]);
  });

  test("the prompt loses its start first, down to half; then responses their end and EOS", () => {
    const first = encodeGroups([group("abcdef", "xy", "z")], bytes, 8);
    expect(bytes.decode(first.groups[0]!.prompt)).toBe("bcdef");
    expect([first.promptsCut, first.responsesCut]).toEqual([1, 0]);
    const second = encodeGroups([group("abcdef", "uvwxyz", "z")], bytes, 8);
    expect(bytes.decode(second.groups[0]!.prompt)).toBe("cdef");
    expect(Array.from(second.groups[0]!.responses[0]!)).toEqual(Array.from(bytes.encode("uvwx")));
    expect(Array.from(second.groups[0]!.responses[1]!)).toEqual([...bytes.encode("z"), 0]);
    expect([second.promptsCut, second.responsesCut]).toEqual([1, 1]);
  });

  test("an empty prompt starts with EOS or BOS, and BOS survives cutting", () => {
    expect(Array.from(promptTokens("", bytes))).toEqual([bytes.eosId]);
    expect(Array.from(promptTokens("", withBos))).toEqual([withBos.bosId]);
    const { groups } = encodeGroups([group("abcdef", "uvwxyz")], withBos, 8);
    expect(Array.from(groups[0]!.prompt)).toEqual([withBos.bosId, ...bytes.encode("def")]);
  });

  test("no sequence is longer than allowed, whatever comes in", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 30 }),
        fc.array(fc.string({ maxLength: 30 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 2, max: 40 }),
        fc.boolean(),
        (prompt, texts, maxTokens, bos) => {
          const tokenizer = bos ? withBos : bytes;
          const { groups, responsesCut } = encodeGroups([group(prompt, ...texts)], tokenizer, maxTokens);
          const { prompt: asked, responses } = groups[0]!;
          expect(asked.length).toBeGreaterThan(0);
          let cut = 0;
          for (const answer of responses) {
            expect(answer.length).toBeGreaterThan(0);
            expect(asked.length + answer.length).toBeLessThanOrEqual(maxTokens);
            if (answer.at(-1) !== tokenizer.eosId) cut++;
          }
          expect(responsesCut).toBe(cut);
        },
      ),
    );
  });

  test("judgements become net wins", () => {
    const judged = {
      ...group("p", "a", "b", "c"),
      preferences: [
        [2, 0],
        [2, 1],
        [1, 0],
      ] as [number, number][],
    };
    expect(encodeGroups([judged], bytes, 16).groups[0]!.scores).toEqual([-2, 0, 2]);
  });

  test("refuses a window without room", () => {
    expect(() => encodeGroups([group("a", "b")], bytes, 1)).toThrow(/maxTokens/);
  });
});

describe("batches", () => {
  test("an epoch visits every group once, epochs differ, and steps can be asked for in any order", () => {
    const plan = batchPlan(10, 4, 3);
    const items = Array.from({ length: 10 }, (_, step) => plan(step)).flat();
    for (let epoch = 0; epoch < 4; epoch++) {
      const seen = items.slice(10 * epoch, 10 * epoch + 10);
      expect(seen.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    expect(items.slice(0, 10)).not.toEqual(items.slice(10, 20));
    expect(batchPlan(10, 4, 3)(7)).toEqual(items.slice(28, 32));
    expect(batchPlan(10, 4, 4)(0)).not.toEqual(items.slice(0, 4));
  });

  test("capacity covers every batch, and micro-batches keep order within the limit", () => {
    fc.assert(
      fc.property(anyGroups, fc.integer({ min: 1, max: 60 }), (groups, limit) => {
        const plan = batchPlan(groups.length, 3, 1);
        const batches = Array.from({ length: 6 }, (_, step) => plan(step));
        const capacity = batchCapacity(groups, batches);
        for (const batch of batches) {
          const size = packedSize(batch.map((index) => groups[index]!));
          expect(size.tokens).toBeLessThanOrEqual(capacity.tokens);
          expect(size.rows).toBeLessThanOrEqual(capacity.rows);
          const parts = microBatches(groups, batch, limit);
          expect(parts.flat()).toEqual(batch);
          for (const part of parts) {
            const { tokens } = packedSize(part.map((index) => groups[index]!));
            expect(part.length === 1 || tokens <= limit).toBe(true);
          }
        }
      }),
    );
  });
});
