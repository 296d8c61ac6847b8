/** What moved the classifier: contributions add up to the logits it gave, whatever the heads, and say their collisions. */
import { describe, expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { stream } from "../../src/base/random.ts";
import { drawLog } from "../../src/experiment/draws.ts";
import { evidenceFrom, evidenceOf } from "../../src/experiment/evidence.ts";
import { trainSourceClassifier } from "../../src/ratio/classifier.ts";
import { ngramPlaces } from "../../src/text/ngram_places.ts";
import { hashedNgrams } from "../../src/text/ngrams.ts";

const FOLDS = 3;
const PHRASES = [
  ["I guess", "dunno,", "my  cat", "ok \n so", "it’s fine"],
  ["It is important to note", "Furthermore,", "a crucial role", "in summary,", "delve"],
  ["Beep boop", "as a model", "01101", "compute", "in summary,"],
];

function setting(kind: "binary" | "nway", bits: number) {
  const random = stream(5, "test/evidence");
  const category = Int32Array.from({ length: 90 }, (_, i) => i % 3);
  const phrase = (c: number): string => {
    const own = PHRASES[random.uniform() < 0.7 ? c : random.below(3)]!;
    return own[random.below(own.length)]!;
  };
  const texts = Array.from(category, (c) => Array.from({ length: 6 }, () => phrase(c)).join(" "));
  const fold = Int32Array.from({ length: 90 }, (_, i) => Math.floor(i / 3) % FOLDS);
  const features = hashedNgrams(texts, { bits });
  const task = { features: features.features, category, synthetic: 2, fold, folds: FOLDS };
  const options = { kind, l2: [1e-3], steps: 40, every: 20 };
  const train = async () => {
    const generator = trainSourceClassifier(createCpuBackend({ precision: "f32" }), task, options);
    for (;;) {
      const next = await generator.next();
      if (next.done) return next.value;
    }
  };
  const explain = async () => {
    const classifier = await train();
    const of = evidenceOf({
      sampleOf: (group) =>
        texts[group] === undefined
          ? undefined
          : { text: texts[group], fold: fold[group]!, category: category[group]! },
      names: ["human", "a", "b"],
      classifier,
      features,
    });
    return { classifier, of, features, fold };
  };
  return { texts, category, explain };
}

describe("evidence of the source classifier", () => {
  it.each(["binary", "nway"] as const)("adds up to the out-of-fold logit, %s", async (kind) => {
    const { texts, category, explain } = setting(kind, 14);
    const { classifier, of } = await explain();
    for (const group of texts.keys()) {
      const found = of(group, 0);
      if (!found.ok) throw new Error(found.why);
      expect(found.heads.map(({ against }) => against)).toEqual(["a", "b"]);
      if (category[group]! > 0) expect(found.head).toBe(category[group]! - 1);
      found.heads.forEach(({ logit, bias, words }, head) => {
        const { logits } = classifier;
        const given =
          kind === "binary" ? logits[head]![group]! : logits[0]![group]! - logits[head + 1]![group]!;
        // float32 sums over some hundred n-grams, in another order.
        expect(Math.abs(logit - given)).toBeLessThan(3e-5);
        const sum = words.reduce((total, { nats }) => total + nats, 0);
        expect(Math.abs(sum - (logit - bias))).toBeLessThan(1e-5);
        expect(words.map(({ from, to }) => texts[group]!.slice(from, to)).join("")).toBe(texts[group]);
      });
    }
  });

  it("names what only one source says", async () => {
    const { explain } = setting("binary", 14);
    const { of } = await explain();
    const named = { towards: new Set<string>(), away: new Set<string>() };
    for (let group = 0; group < 90; group++) {
      const found = of(group, 0);
      if (!found.ok) throw new Error(found.why);
      for (const side of ["towards", "away"] as const) {
        const ngrams = found.heads[0]![side];
        expect(ngrams.every(({ nats }) => (side === "towards" ? nats > 0 : nats < 0))).toBe(true);
        for (const { forms } of ngrams) named[side].add(forms[0]!);
      }
    }
    expect([...named.towards]).toEqual(expect.arrayContaining(["cat", "dunno"]));
    expect([...named.away]).toEqual(expect.arrayContaining(["delve"]));
    expect(named.towards.has("delve")).toBe(false);
  });

  it("says which n-grams share a weight where hashes collide", async () => {
    const { explain } = setting("binary", 4);
    const { of } = await explain();
    const found = of(0, 0);
    if (!found.ok) throw new Error(found.why);
    const { towards, away } = found.heads[0]!;
    expect([...towards, ...away].some(({ forms }) => forms.length > 1)).toBe(true);
  });

  it.each(["binary", "nway"] as const)("is the same from what was kept, %s", async (kind) => {
    const { texts, category, explain } = setting(kind, 14);
    const { classifier, of, features, fold } = await explain();
    // The dataset's sources lie in another order than the classifier's categories.
    const source = [2, 0, 1];
    const kept = {
      names: ["human", "a", "b"],
      categories: [1, 2, 0],
      kind,
      foldWeights: classifier.foldWeights!,
      ngrams: features.fitted,
    };
    const groups = texts.map((text, i) => ({
      id: String(i),
      prompt: "",
      row: i,
      responses: [{ text, source: source[category[i]!]!, score: null }],
    }));
    const estimates = texts.map((_, i) => [{ probability: 0, logRatio: 0, h: 1, fold: fold[i]! }]);
    const again = evidenceFrom(structuredClone(kept), { groups }, estimates);
    for (const group of [0, 1, 2, 50]) expect(again(group, 0)).toEqual(of(group, 0));
    expect(again(0, 1)).toMatchObject({ ok: false });
    // Columns of n-grams that were made otherwise would be the wrong ones.
    const older = { ...kept, ngrams: { ...kept.ngrams, rules: 1 } };
    expect(evidenceFrom(older, { groups }, estimates)(0, 0)).toMatchObject({ ok: false });
  });

  it("gives its reason where there is none", async () => {
    const { explain } = setting("binary", 14);
    const { of } = await explain();
    expect(of(1000, 0)).toMatchObject({ ok: false });
    const blind = evidenceOf({
      sampleOf: () => undefined,
      names: ["human", "a"],
      classifier: { kind: "binary" },
      features: hashedNgrams(["a"]),
    });
    expect(blind(0, 0)).toEqual({
      ok: false,
      why: "Only the linear classifier’s logit is a sum over n-grams.",
    });
  });
});

it("finds n-grams where they stand, runs of white space included", () => {
  const text = "ab \n ab";
  const { table } = hashedNgrams([text, text, text], { words: [1, 2], chars: [3, 3] });
  const all = [...ngramPlaces(text, table).values()].map(({ kind, forms, spans }) => [
    kind,
    [...forms].join(),
    spans,
  ]);
  expect(all).toEqual(
    expect.arrayContaining([
      [
        "words",
        "ab",
        [
          [0, 2],
          [5, 7],
        ],
      ],
      ["words", "ab ab", [[0, 7]]],
      ["chars", "ab ", [[0, 3]]],
      ["chars", " \n ", [[2, 5]]],
    ]),
  );
});

it("keeps the newest draws, and says how many it forgot", () => {
  const log = drawLog(2048);
  const at = (unit: number) => ({ unit, row: 1, source: 0, h: 1, loss: unit / 2, weight: unit / 4 });
  for (let step = 1; step <= 1500; step++) log.add(step, [at(2 * step), at(2 * step + 1)]);
  const { step, unit, weight, loss, forgotten } = log.draws();
  expect(log.count()).toBe(3000);
  expect(forgotten).toBe(1024);
  expect(forgotten + unit.length).toBe(3000);
  unit.forEach((one, i) => {
    expect([one, step[i], weight[i], loss[i]]).toEqual([
      i + 1024 + 2,
      (one - (one % 2)) / 2,
      one / 4,
      one / 2,
    ]);
  });
});
