/** What the reader guessed and whether they have seen the answer: kept in this browser only. */

export interface Answer {
  /** Shares in per cent, or the index of an option; absent where the guess was skipped. */
  readonly guess?: readonly number[];
  readonly revealed: boolean;
}

const KEY = "tilt.lessons";

type Answers = Readonly<Record<string, Answer>>;

/** @param told parsed JSON of any shape */
export function sanitiseAnswers(told: unknown): Answers {
  if (typeof told !== "object" || told === null || Array.isArray(told)) return {};
  return Object.fromEntries(
    Object.entries(told).flatMap(([key, value]: [string, unknown]) => {
      if (typeof value !== "object" || value === null) return [];
      const { guess, revealed } = value as Record<string, unknown>;
      const good = Array.isArray(guess) && guess.length < 20 && guess.every(Number.isFinite);
      return [[key, { ...(good && { guess: guess as number[] }), revealed: revealed === true }]];
    }),
  );
}

function all(): Answers {
  try {
    return sanitiseAnswers(JSON.parse(localStorage.getItem(KEY) ?? "{}"));
  } catch {
    return {};
  }
}

/** @param key lesson and step, e.g. "dro/the-shift" */
export const answerTo = (key: string): Answer => all()[key] ?? { revealed: false };

/** Storage that is full or forbidden is not worth an error: the answer is then lost with the tab. */
export function keepAnswer(key: string, answer: Answer): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...all(), [key]: answer }));
  } catch {
    // Nothing else depends on it.
  }
}

/** How many of these questions the reader has seen answered. */
export function answered(keys: readonly string[]): number {
  const known = all();
  return keys.filter((key) => known[key]?.revealed).length;
}
