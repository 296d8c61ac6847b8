/** Made-up answers with made-up rewards, seeded: for looking at the results without the real engine. */
import { stream } from "../../../src/base/random.ts";
import type { RunRecord } from "../../../src/experiment/events.ts";
import type { JudgeApi, JudgedItem, JudgedRun, RewardSource } from "../../../src/worker/api.ts";

const PROMPTS = [
  "how do i improve my tea",
  "any tips about garden",
  "what helps with sleep",
  "please advise me on bread",
  "where should i begin with music",
];
const ANSWERS = [
  "sure , steep the leaves gently . take your time .",
  "hi there , warm the pot slowly . then taste the cup . good luck .",
  "certainly , happy to assist ! moreover optimise the process strategically .",
  "pick the herbs early . also water the bed together .",
];
const BY: RewardSource = { kind: "world", name: "Chatter" };

export interface FakeJudgeOptions {
  readonly records: readonly RunRecord[];
  /** Milliseconds per chunk of answers. */
  readonly chunkMs: number;
  /** Judging stops by itself after this many answers of the last run, and waits. */
  readonly holdAt?: number;
  /** Ids of runs without weights. */
  readonly without?: readonly string[];
}

export function fakeJudge({ records, chunkMs, holdAt, without = [] }: FakeJudgeOptions): JudgeApi {
  const judged = new Map<string, JudgedRun>();
  let stopped = false;
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const meanOf = ({ spec }: RunRecord): number =>
    ({ erm: 0.1, reweight: 0.62, kl_dro: 0.05, dora_inside: 0.7 })[spec.train.strategy] ?? 0.2;

  const itemsOf = (record: RunRecord, answers: number): JudgedItem[] => {
    const own = stream(record.spec.seed, `answers of ${record.spec.train.strategy}`);
    const shared = stream(record.spec.seed, "answers of the reference");
    return Array.from({ length: answers }, (_, i) => {
      const base = shared.normal();
      const pick = Math.floor(4 * own.uniform());
      const same = own.uniform() < 0.12;
      const reward = same ? base : meanOf(record) + 0.6 * base + 0.8 * own.normal();
      return {
        prompt: PROMPTS[i % PROMPTS.length]!,
        draw: Math.floor(i / PROMPTS.length),
        policy: { text: ANSWERS[pick]!, reward: own.uniform() < 0.03 ? null : reward },
        reference: { text: ANSWERS[i % 4]!, reward: base },
      };
    });
  };

  return {
    runsWithWeights: async () =>
      records.filter(({ id, outcome }) => outcome === "done" && !without.includes(id)).map(({ id }) => id),
    judgedRuns: async (ids) => ids.flatMap((id) => judged.get(id) ?? []),
    async judgeRuns(ids, settings, onEvent) {
      stopped = false;
      for (const [at, id] of ids.entries()) {
        const record = records.find((one) => one.id === id)!;
        onEvent({ kind: "note", run: id, note: "Writing answers" });
        const all = itemsOf(record, settings.answers);
        for (let first = 0; first < all.length; first += 32) {
          if (holdAt !== undefined && at === ids.length - 1 && first >= holdAt)
            while (!stopped) await wait(20);
          if (stopped) return;
          const items = all.slice(first, first + 32);
          const done = Math.min(all.length, first + 32);
          onEvent({ kind: "items", run: id, by: BY, items, done, of: all.length });
          if (chunkMs > 0) await wait(chunkMs);
        }
        const rewards = all.flatMap(({ policy }) => (policy.reward === null ? [] : [policy.reward]));
        const one: JudgedRun = {
          run: id,
          settings,
          by: BY,
          prompts: PROMPTS.length,
          items: all,
          world: {
            reward: rewards.reduce((a, b) => a + b, 0) / rewards.length,
            referenceReward: 0.02,
            parsed: rewards.length / all.length,
            referenceParsed: 1,
            rewardAtKl: meanOf(record) + 0.3 + 0.02 * record.spec.seed,
            targetKl: 1,
            kl: 0.8,
            effective: record.spec.train.strategy === "kl_dro" ? 21 : 164,
            samples: 500,
          },
          seconds: 4.2,
        };
        judged.set(id, one);
        onEvent({ kind: "judged", judged: one });
      }
    },
    async askRuns(ids, { prompt, seed }, onEvent) {
      stopped = false;
      for (const [i, run] of [null, ...ids].entries()) {
        const pick = Math.floor(4 * stream(seed, `${prompt} ${i}`).uniform());
        const words = ANSWERS[pick]!.split(" ");
        for (let n = 1; n <= words.length && !stopped; n++) {
          onEvent({ run, text: words.slice(0, n).join(" "), ended: false, reward: null });
          if (chunkMs > 0) await wait(chunkMs / 4);
        }
        onEvent({ run, text: ANSWERS[pick]!, ended: true, reward: 0.2 * pick });
      }
    },
    async stopJudging() {
      stopped = true;
    },
    async renameRun(id, name) {
      const record = records.find((one) => one.id === id);
      if (record) Object.assign(record, { name });
    },
  };
}
