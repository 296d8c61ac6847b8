/** Rows of the made-up engine: invented texts and estimates, joined and filtered by the engine's own code. */
import { stream } from "../../../src/base/random.ts";
import type { Dataset } from "../../../src/data/dataset.ts";
import type { RunRecord, UnitInfo } from "../../../src/experiment/events.ts";
import type { Progress } from "../../../src/experiment/job.ts";
import type { DatasetSummary, RowApi } from "../../../src/worker/api.ts";
import { rowCalls } from "../../../src/worker/engine/rows.ts";

const PROMPTS = [
  "Why does bread go stale faster in the fridge?",
  "Can I mix leftover paint from two brands?",
  "What does “al dente” actually mean?",
  "Should I tip the person who cuts my hair at home?",
  "How long should I wait before the second coat?",
  "Is it rude to correct someone’s grammar at work?",
  "What should I check before buying a used bicycle?",
  "How do I tell a child that the dog died?",
];
const ABOUT = [
  "winter",
  "summer",
  "two people",
  "a small flat",
  "beginners",
  "a tight budget",
  "one afternoon",
];

/** How each source writes: pieces that are put together, so that styles differ and no two answers are the same. */
const STYLES: readonly (readonly string[])[] = [
  [
    "keep it on the counter",
    "my mother swore by this",
    "toast brings it back",
    "starch turns to crystals",
    "ask first",
    "I would not",
    "it depends on the day",
    "twice is plenty",
  ],
  [
    "it is important to note that this plays a crucial role",
    "there are several reasons for this",
    "certainly, here is a list",
    "ensure that you consult a professional",
    "in conclusion, it depends",
  ],
  [
    "why not ask the cat",
    "short answer: no",
    "life is too short for that",
    "only on Tuesdays",
    "bring snacks",
  ],
];

const SOURCES = 3;

/** All different, but for a few copies and near copies. */
function promptOf(prompts: readonly string[], i: number): string {
  const own = i % 60 === 58 ? i - 50 : i;
  const prompt = prompts[own % prompts.length]!;
  const round = Math.floor(own / prompts.length);
  const about = ABOUT[round % ABOUT.length];
  const told =
    round === 0 ? prompt : `${prompt} I ask about ${about}, for the ${round}th time, at number ${own}.`;
  return i % 20 === 19 && i > 20 ? promptOf(prompts, i - 10).replace(/[?.,]/g, " ") : told;
}

export interface FakeRows {
  readonly units: readonly UnitInfo[];
  readonly prompts?: readonly string[];
  summaryOf(hash: string): DatasetSummary | undefined;
  record(id: string): RunRecord | undefined;
  draws(id: string): unknown;
  /** Whether a ratio stage is done. */
  estimated(): boolean;
  /** The run going on. */
  progress(): Progress | undefined;
}

export function fakeRows(fake: FakeRows): RowApi {
  const made = new Map<string, Dataset>();
  const estimates = fake.units.map((unit) =>
    unit.responses.map((_, k) => ({
      probability: 0.7 - 0.3 * unit.source - 0.05 * k,
      logRatio: Math.log(unit.h) - 0.2 * k,
      h: unit.h * Math.exp(-0.2 * k),
      fold: unit.row % 4,
    })),
  );
  const textOf = (source: number, i: number): string => {
    const random = stream(i, `fake text ${source}`);
    const pieces = STYLES[source % STYLES.length]!;
    const sentences = random.shuffle(pieces).slice(0, 1 + Math.floor(random.uniform() * pieces.length));
    return ` ${sentences.map((one) => `${one[0]!.toUpperCase()}${one.slice(1)}.`).join(" ")}`;
  };

  function datasetOf(hash: string): Dataset {
    const about = fake.summaryOf(hash);
    const key = `${hash} ${about?.target}`;
    let dataset = made.get(key);
    if (dataset) return dataset;
    const prompts = fake.prompts ?? PROMPTS;
    const named = (about?.sources.length ?? 0) > 0;
    dataset = {
      name: about?.name ?? "?",
      hash,
      format: "chatter",
      sources: about?.sources.map(({ name }) => name) ?? [],
      target: about?.target ?? -1,
      groups: fake.units.map((unit, i) => ({
        id: unit.group,
        row: unit.row,
        prompt: promptOf(prompts, i),
        responses: unit.responses.map((_, k) => ({
          text: textOf((unit.source + k) % SOURCES, 2 * i + k),
          source: named ? (unit.source + k) % Math.min(SOURCES, about!.sources.length) : -1,
          score: 1 - k,
        })),
      })),
      unpaired: [],
      rowsRead: fake.units.length,
      problems: [],
      problemsOmitted: 0,
    };
    made.set(key, dataset);
    return dataset;
  }

  return rowCalls({
    shelf: { find: async (hash) => datasetOf(hash), builtin: () => undefined },
    store: async () => ({
      runs: {
        get: async (id) => fake.record(id) ?? null,
        estimates: async () => estimates,
        draws: async (id) => fake.draws(id) ?? null,
      },
      classifiers: { ofRun: async () => null },
    }),
    device: {
      current: () => ({
        known: () => ({ estimates: fake.estimated() ? estimates : null, heldOut: new Set() }),
        progress: fake.progress,
        evidence: (hash) => (group, response) => {
          const { text } = datasetOf(hash).groups[group]!.responses[response]!;
          const words = [...text.matchAll(/\S+\s*/g)].map(({ index, 0: word }, i) => ({
            from: index,
            to: index + word.length,
            nats: ((word.length % 5) - 2) * 0.11 * (i % 3),
          }));
          const logit = words.reduce((sum, { nats }) => sum + nats, 0.2);
          const named = (sign: number) =>
            words
              .filter(({ nats }) => nats * sign > 0)
              .sort((a, b) => sign * (b.nats - a.nats))
              .slice(0, 8)
              .map(({ from, to, nats }) => ({
                forms: [text.slice(from, to).trim()],
                kind: "words" as const,
                times: 1,
                nats,
              }));
          const head = { bias: 0.2, logit, ngrams: words.length, towards: named(1), away: named(-1), words };
          return { ok: true, heads: [{ against: "parrot", ...head }], head: 0, readUpTo: null };
        },
      }),
    },
  });
}
