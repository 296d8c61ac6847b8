import type { Answer, Sentence } from "./chatter_grammar.ts";
import { GAIN, HUMAN_LOGITS, SLOTS, type Slot, type SlotTable, TILTS } from "./chatter_tables.ts";
import { MAX_SENTENCES } from "./chatter_words.ts";

/** Uniform draws that one response may consume: opener, length, closer, and four per sentence. */
export const DRAWS_PER_ANSWER = 3 + 4 * MAX_SENTENCES;

/** Log-probabilities per slot of all sources on a topic, the human source first. */
export type ChatterSources = (topic: number) => readonly SlotTable[];

/** The world's own sources at a shift; they choose alike on every topic. */
export function worldSources(shift: number): ChatterSources {
  const tables = sourceTables(shift);
  return () => tables;
}

/** Log-probabilities per slot of each source at a shift, the human source first. */
export function sourceTables(shift: number): SlotTable[] {
  const logits = (slot: Slot, tilt: SlotTable | null) =>
    HUMAN_LOGITS[slot].map((logit, i) => logit + (tilt ? shift * GAIN * tilt[slot][i]! : 0));
  return [null, ...TILTS].map((tilt) => mapSlots((slot) => logSoftmax(logits(slot, tilt))));
}

/** Builds a table slot by slot. */
export function mapSlots(make: (slot: Slot) => readonly number[]): SlotTable {
  return Object.fromEntries(SLOTS.map((slot) => [slot, make(slot)])) as Record<Slot, readonly number[]>;
}

/** Log-probabilities of a slot's options. */
export function logSoftmax(logits: readonly number[]): number[] {
  const max = Math.max(...logits);
  const lse = max + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0));
  return logits.map((logit) => logit - lse);
}

/** Sum of a table over the choices of a response: its log-probability, or its reward. */
export function sumOver(answer: Answer, table: SlotTable): number {
  let sum = table.open[answer.open]! + table.n[answer.sentences.length - 1]! + table.close[answer.close]!;
  for (const { conn, verb, obj, adv } of answer.sentences) {
    sum += table.conn[conn]! + table.verb[verb]! + table.obj[obj]! + table.adv[adv]!;
  }
  return sum;
}

/**
 * Draws a response by inverting each slot's distribution function.
 * @param table log-probabilities per slot
 * @param uniform draw number 0..DRAWS_PER_ANSWER-1 of this response, in [0, 1). A slot always reads the same draw, so
 *   a slider that moves the tables moves the responses as little as possible.
 */
export function sampleAnswer(table: SlotTable, uniform: (draw: number) => number): Answer {
  const choose = (slot: Slot, draw: number) => invert(table[slot], uniform(draw));
  const count = choose("n", 1) + 1;
  const sentences: Sentence[] = [];
  for (let j = 0; j < count; j++) {
    const draw = 3 + 4 * j;
    sentences.push({
      conn: choose("conn", draw),
      verb: choose("verb", draw + 1),
      obj: choose("obj", draw + 2),
      adv: choose("adv", draw + 3),
    });
  }
  return { open: choose("open", 0), sentences, close: choose("close", 2) };
}

/** Exact expectation of `values`, summed over the choices of a response, under log-probabilities `table`. */
export function expectedSum(table: SlotTable, values: SlotTable): number {
  const mean = (slot: Slot) =>
    table[slot].reduce((sum, logProb, i) => sum + Math.exp(logProb) * values[slot][i]!, 0);
  const perSentence = mean("conn") + mean("verb") + mean("obj") + mean("adv");
  return mean("open") + mean("n") + mean("close") + expectedSentences(table) * perSentence;
}

/** Mean number of sentences. */
export function expectedSentences(table: SlotTable): number {
  return table.n.reduce((sum, logProb, i) => sum + Math.exp(logProb) * (i + 1), 0);
}

function invert(logProbs: readonly number[], uniform: number): number {
  let left = uniform;
  for (let i = 0; i < logProbs.length; i++) {
    left -= Math.exp(logProbs[i]!);
    if (left < 0) return i;
  }
  return logProbs.length - 1;
}
