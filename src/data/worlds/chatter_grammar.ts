import { ADVERBS, CLOSERS, CONNECTIVES, FRAMES, MAX_SENTENCES, OPENERS, TOPICS } from "./chatter_words.ts";

/** One sentence `CONNECTIVE VERB the OBJECT ADVERB .`, as option indices. */
export interface Sentence {
  readonly conn: number;
  readonly verb: number;
  readonly obj: number;
  readonly adv: number;
}

/** A response as the choices that made it. The topic is the prompt's. */
export interface Answer {
  readonly open: number;
  /** 1 to MAX_SENTENCES. */
  readonly sentences: readonly Sentence[];
  readonly close: number;
}

/** The prompt as text. @param frame index into FRAMES @param topic index into TOPICS */
export function renderPrompt(frame: number, topic: number): string {
  return `${FRAMES[frame]!} ${TOPICS[topic]!.name}`;
}

/** All prompts: 5 frames x 10 topics, frame by frame. */
export function chatterPrompts(): string[] {
  return FRAMES.flatMap((_, frame) => TOPICS.map((_topic, topic) => renderPrompt(frame, topic)));
}

/** Index of the topic a prompt asks about, or -1 when it is not a prompt of this world. */
export function topicOfPrompt(prompt: string): number {
  const text = prompt.trim();
  const cut = text.lastIndexOf(" ");
  if (!FRAMES.includes(text.slice(0, cut))) return -1;
  const name = text.slice(cut + 1);
  return TOPICS.findIndex((topic) => topic.name === name);
}

/** The response as text, words and marks separated by blanks. @param topic index into TOPICS, that of its prompt */
export function renderAnswer(answer: Answer, topic: number): string {
  const { verbs, objects } = TOPICS[topic]!;
  const parts = answer.sentences.map(
    ({ conn, verb, obj, adv }) =>
      `${CONNECTIVES[conn]!} ${verbs[verb]!} the ${objects[obj]!} ${ADVERBS[adv]!} .`,
  );
  return [OPENERS[answer.open]!, ...parts, CLOSERS[answer.close]!].filter((part) => part !== "").join(" ");
}

/**
 * Reads a response back into its choices. The grammar is unambiguous: no opener or closer starts with a connective.
 * @returns null when the text is not a sentence of the grammar, or uses words of another topic
 */
export function parseAnswer(text: string, topic: number): Answer | null {
  const { verbs, objects } = TOPICS[topic]!;
  const words = text.trim().split(/\s+/);
  const open = OPENERS.findIndex((phrase) => phrase !== "" && startsWith(words, phrase.split(" ")));
  let at = open < 0 ? 0 : OPENERS[open]!.split(" ").length;
  const sentences: Sentence[] = [];
  while (at + 6 <= words.length) {
    const conn = CONNECTIVES.indexOf(words[at]!);
    if (conn < 0) break;
    const verb = verbs.indexOf(words[at + 1]!);
    const obj = objects.indexOf(words[at + 3]!);
    const adv = ADVERBS.indexOf(words[at + 4]!);
    if (verb < 0 || obj < 0 || adv < 0 || words[at + 2] !== "the" || words[at + 5] !== ".") return null;
    sentences.push({ conn, verb, obj, adv });
    at += 6;
  }
  const close = CLOSERS.indexOf(words.slice(at).join(" "));
  if (close < 0 || sentences.length < 1 || sentences.length > MAX_SENTENCES) return null;
  return { open: Math.max(open, 0), sentences, close };
}

function startsWith(words: readonly string[], phrase: readonly string[]): boolean {
  return phrase.every((word, i) => words[i] === word);
}
