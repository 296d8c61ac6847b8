/**
 * The numbers of Chatter: logits and rewards of every option of every slot.
 *
 * A source's slot logits are HUMAN + s * GAIN * its tilt, softmax per slot. The tilt on the number of sentences is
 * linear in that number, so log Q0/Qi is linear in word counts and length: what a linear classifier can learn exactly.
 */

/** The kinds of choice a response is made of. "n" is the number of sentences less one; the last four repeat per sentence. */
export const SLOTS = ["open", "n", "close", "conn", "adv", "verb", "obj"] as const;
export type Slot = (typeof SLOTS)[number];
/** One number per option of each slot. */
export type SlotTable = Readonly<Record<Slot, readonly number[]>>;

/** Source names; the first is the target. */
export const CHATTER_SOURCES = ["human", "polished", "terse"] as const;

/** How strongly shift s = 1 separates the sources (classifier AUC .99). */
export const GAIN = 2.4;

export const HUMAN_LOGITS: SlotTable = {
  open: [1.2, 0.9, 0.8, 0.5, 0.2, -0.5, -0.5, -1.0],
  n: [-0.2, 0.6, 0.6, 0.2, -0.4, -1.0],
  close: [1.2, 0.6, 0.6, 0.4, 0.2, -0.2, -1.0, -1.0],
  conn: [0.5, 0.5, 0.3, 0.4, 0.3, 0.2, 0.0, -0.4, -0.5, -0.6, -0.6, -0.4],
  adv: [0.3, 0.3, 0.1, 0.1, 0.1, 0.1, 0, 0, 0.1, 0.1, -0.3, -0.3, -0.6, -0.6, -0.8, -0.8],
  verb: [0.3, 0.3, 0.2, 0.2, 0.1, -0.2, -0.3, -0.3],
  obj: [0.3, 0.3, 0.2, 0.2, 0.1, -0.2, -0.3, -0.3],
};

/** Direction in which each synthetic source leaves the human one: polished answers are long and flattering, terse ones short. */
export const TILTS: readonly SlotTable[] = [
  {
    open: [-1, -0.6, -0.2, 0, 0.8, 0.8, 1, 0.8],
    n: [-0.8, -0.4, 0, 0.4, 0.8, 1.2],
    close: [-0.8, -0.4, -0.2, -0.2, 0.4, 0.8, 0.9, 0.8],
    conn: [-0.5, -0.4, -0.1, -0.1, -0.3, -0.2, 0.2, 0.4, 0.4, 0.4, 0.3, 0.3],
    adv: [-0.3, -0.3, -0.2, -0.1, -0.2, -0.2, -0.3, -0.2, 0.2, 0.2, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3],
    verb: [-0.3, -0.2, -0.2, 0.3, 0.3, 0.1, 0.0, 0.0],
    obj: [-0.3, -0.2, -0.2, 0.3, 0.3, 0.0, 0.1, 0.0],
  },
  {
    open: [1.0, -0.6, 0.2, -0.4, -0.6, -0.6, -0.6, -0.6],
    n: [0.8, 0.4, 0, -0.4, -0.8, -1.2],
    close: [1, -0.2, -0.4, -0.4, -0.6, -0.6, -0.6, -0.6],
    conn: [0.5, 0.5, 0.4, 0, -0.5, -0.5, -0.2, -0.3, -0.3, -0.3, -0.3, -0.3],
    adv: [-0.5, -0.5, 0.2, 0.3, 0.3, -0.3, 0.3, 0.3, -0.2, -0.2, 0.0, 0.3, -0.1, -0.1, -0.1, -0.1],
    verb: [-0.5, -0.4, -0.4, 0, 0, 0.5, 0.5, 0.5],
    obj: [-0.4, -0.4, -0.3, 0, 0, 0.4, 0.4, 0.4],
  },
];

/** What people like: about three sentences, good advice, little flattery. Summed over slots and sentences. */
export const HUMAN_REWARD: SlotTable = {
  open: [0.0, 0.4, 0.2, 0.2, -0.2, -0.6, -0.6, -1.2],
  n: [-1.2, -0.3, -0.0, -0.3, -1.2, -2.7],
  close: [0.0, 0.3, 0.3, 0.4, 0.1, -0.2, -0.8, -0.8],
  conn: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.0, -0.2, -0.2, -0.2, -0.2, -0.2],
  adv: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, -0.15, -0.15, -0.15, -0.15, -0.15, -0.15],
  verb: [0.4, 0.4, 0.4, 0.0, 0.0, -0.4, -0.4, -0.4],
  obj: [0.4, 0.4, 0.4, 0.0, 0.0, -0.4, -0.4, -0.4],
};

/** What the biased synthetic annotator likes: length and flattery, little care for the advice. */
export const ANNOTATOR_REWARD: SlotTable = {
  open: [-0.5, -0.2, 0.0, 0.0, 0.5, 0.8, 1.0, 1.2],
  n: [-1.2, -0.6, 0.0, 0.6, 1.2, 1.8],
  close: [-0.5, -0.2, -0.2, 0.0, 0.4, 0.6, 0.8, 0.8],
  conn: [-0.1, -0.1, -0.1, -0.1, -0.1, -0.1, 0.15, 0.15, 0.15, 0.15, 0.15, 0.15],
  adv: [-0.1, -0.1, -0.1, -0.1, -0.1, -0.1, -0.1, -0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
  verb: [-0.1, -0.1, -0.1, 0.1, 0.1, 0.0, 0.0, 0.1],
  obj: [-0.1, -0.1, -0.1, 0.1, 0.1, 0.0, 0.0, 0.1],
};
