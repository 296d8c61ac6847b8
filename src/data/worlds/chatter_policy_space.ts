/**
 * The 210 numbers of a Chatter slot-table policy: one table of logits per slot, with verbs and objects per topic. It can
 * represent every source of the world and the best policy exactly, so whatever goes wrong in training is the data's
 * doing. Also its exact metrics.
 */
import type { Answer } from "./chatter_grammar.ts";
import { expectedSum, logSoftmax, mapSlots } from "./chatter_sources.ts";
import { GAIN, HUMAN_LOGITS, HUMAN_REWARD, type Slot, type SlotTable, TILTS } from "./chatter_tables.ts";
import { TOPICS } from "./chatter_words.ts";
import { scaleForKl } from "./matched_kl.ts";

/** KL from the reference at which policies are compared, in nats. */
export const CHATTER_KL = 2;

const SHARED = ["open", "n", "close", "conn", "adv"] as const;
const PER_TOPIC = ["verb", "obj"] as const;

/** First logit of each slot's table for a topic, and the starts of all tables in order. */
const layout = (() => {
  const starts = [0];
  const place = (slot: Slot): number => starts.push(starts.at(-1)! + HUMAN_LOGITS[slot].length) - 2;
  const shared = Object.fromEntries(SHARED.map((slot) => [slot, starts[place(slot)]!]));
  const topics = TOPICS.map(() => Object.fromEntries(PER_TOPIC.map((slot) => [slot, starts[place(slot)]!])));
  return { starts, first: topics.map((own) => ({ ...shared, ...own }) as Record<Slot, number>) };
})();

/** [tables + 1] where each table starts in the logits; the last number is 210. */
export const CHATTER_TABLE_STARTS: Uint32Array = Uint32Array.from(layout.starts);

/** The logits of the human source: the reference policy. */
export function humanPolicyLogits(): Float64Array {
  const logits = new Float64Array(layout.starts.at(-1)!);
  for (const first of layout.first) {
    for (const slot of [...SHARED, ...PER_TOPIC]) logits.set(HUMAN_LOGITS[slot], first[slot]);
  }
  return logits;
}

/** The logits of the polished source at a shift, where self-training starts from. */
export function polishedPolicyLogits(shift: number): Float64Array {
  const logits = humanPolicyLogits();
  const [polished] = TILTS;
  for (const first of layout.first) {
    for (const slot of [...SHARED, ...PER_TOPIC]) {
      const own = HUMAN_LOGITS[slot].map((logit, i) => logit + shift * GAIN * polished![slot][i]!);
      logits.set(own, first[slot]);
    }
  }
  return logits;
}

/** The choices of a response as indices into the logits. */
export function choicesOf(answer: Answer, topic: number): Uint32Array {
  const first = layout.first[topic]!;
  const choices = [
    first.open + answer.open,
    first.n + answer.sentences.length - 1,
    first.close + answer.close,
  ];
  for (const { conn, verb, obj, adv } of answer.sentences) {
    choices.push(first.conn + conn, first.verb + verb, first.obj + obj, first.adv + adv);
  }
  return Uint32Array.from(choices);
}

/** Log-probabilities per slot of a policy on a topic. */
export function policyTable(logits: Float64Array, topic: number): SlotTable {
  const first = layout.first[topic]!;
  return mapSlots((slot) =>
    logSoftmax(Array.from(logits.subarray(first[slot], first[slot] + HUMAN_LOGITS[slot].length))),
  );
}

export interface ChatterOutcome {
  /** Exact expected human reward, averaged over topics. */
  readonly rew: number;
  /** The same after log(policy/reference) is rescaled to a KL of CHATTER_KL. */
  readonly rewK: number;
  /** KL(policy || reference) in nats, averaged over topics. */
  readonly kl: number;
}

/** Exact metrics of a slot-table policy. */
export function evaluateChatterPolicy(logits: Float64Array, reference: Float64Array): ChatterOutcome {
  const pairs = TOPICS.map(
    (_, topic) => [policyTable(logits, topic), policyTable(reference, topic)] as const,
  );
  const at = (scale: number) => {
    const scaled = pairs.map(([policy, base]) => scaledTable(policy, base, scale));
    const average = (value: (table: SlotTable, base: SlotTable) => number) =>
      scaled.reduce((sum, table, topic) => sum + value(table, pairs[topic]![1]), 0) / scaled.length;
    return {
      rew: () => average((table) => expectedSum(table, HUMAN_REWARD)),
      kl: average((table, base) => {
        const excess = mapSlots((slot) => table[slot].map((logProb, i) => logProb - base[slot][i]!));
        return expectedSum(table, excess);
      }),
    };
  };
  const own = at(1);
  const scale = scaleForKl((c) => at(c).kl, CHATTER_KL);
  return { rew: own.rew(), rewK: at(scale).rew(), kl: own.kl };
}

/**
 * The policy proportional to base * (policy / base)^scale over whole responses. It stays in the family: each slot is
 * rescaled, and the number of sentences also pays for the normalisers of its sentences.
 */
function scaledTable(policy: SlotTable, base: SlotTable, scale: number): SlotTable {
  const logits = mapSlots((slot) =>
    base[slot].map((logProb, i) => logProb + scale * (policy[slot][i]! - logProb)),
  );
  const normaliser = (slot: Slot) => logits[slot][0]! - logSoftmax(logits[slot])[0]!;
  const perSentence = normaliser("conn") + normaliser("verb") + normaliser("obj") + normaliser("adv");
  return mapSlots((slot) =>
    logSoftmax(slot === "n" ? logits.n.map((logit, i) => logit + (i + 1) * perSentence) : logits[slot]),
  );
}
