/** Turns conversations into the two strings a group is made of: a prompt and the text that follows it. */

export interface Message {
  readonly role: string;
  readonly content: string;
}

/** A prompt or a response as read: a plain string, or a list of turns. */
export type Text = string | readonly Message[];

/**
 * - `as-is`: strings stay untouched, turns are laid out as `hh`. The default: it loses nothing.
 * - `plain`: turns are joined by blank lines, without names.
 * - `hh`: `\n\nHuman: …\n\nAssistant:`, the layout of HH-RLHF.
 * - `chatml`: `<|im_start|>user\n…<|im_end|>\n<|im_start|>assistant\n`.
 */
export type TemplateId = "as-is" | "plain" | "hh" | "chatml";

interface Layout {
  /** One turn of the prompt. */
  turn(message: Message): string;
  /** What opens the assistant's answer. */
  readonly open: string;
  /** Before and after the response's text. */
  readonly before: string;
  readonly after: string;
}

const hhNames: Readonly<Record<string, string>> = { user: "Human", assistant: "Assistant", system: "System" };

const layouts: Readonly<Record<"plain" | "hh" | "chatml", Layout>> = {
  plain: { turn: (m) => `${m.content}\n\n`, open: "", before: "", after: "" },
  hh: {
    turn: (m) => `\n\n${hhNames[m.role] ?? m.role}: ${m.content}`,
    open: "\n\nAssistant:",
    before: " ",
    after: "",
  },
  chatml: {
    turn: (m) => `<|im_start|>${m.role}\n${m.content}<|im_end|>\n`,
    open: "<|im_start|>assistant\n",
    before: "",
    after: "<|im_end|>",
  },
};

const hhTurn = /\n\n(Human|Assistant): ?/g;

/** The turns of a text in HH-RLHF's layout, or null when it is not in it. A last, unanswered `Assistant:` is dropped. */
export function parseHhTurns(text: string): Message[] | null {
  const marks = [...text.matchAll(hhTurn)];
  if (marks.length === 0 || marks[0]!.index !== 0) return null;
  const turns = marks.map((mark, i) => ({
    role: mark[1] === "Human" ? "user" : "assistant",
    content: text.slice(mark.index + mark[0].length, marks[i + 1]?.index ?? text.length),
  }));
  const last = turns.at(-1)!;
  if (last.role === "assistant" && last.content.trim() === "") turns.pop();
  return turns;
}

/** The prompt as one string, ending where the response begins. */
export function renderPrompt(prompt: Text, template: TemplateId): string {
  if (typeof prompt === "string" && template === "as-is") return prompt;
  const turns =
    typeof prompt === "string" ? (parseHhTurns(prompt) ?? [{ role: "user", content: prompt }]) : prompt;
  const layout = layouts[template === "as-is" ? "hh" : template];
  return turns.map((turn) => layout.turn(turn)).join("") + layout.open;
}

/**
 * The response as one string, exactly as it follows `renderPrompt`. `promptIsText` says that the prompt was a plain string: with `as-is` a
 * response then also stays as it is.
 */
export function renderResponse(response: Text, template: TemplateId, promptIsText: boolean): string {
  if (typeof response === "string" && template === "as-is" && promptIsText) return response;
  const layout = layouts[template === "as-is" ? "hh" : template];
  if (typeof response === "string") return layout.before + response.replace(/^ /, "") + layout.after;
  if (response.length === 1) {
    const only = response[0]!.content;
    return promptIsText && template === "as-is" ? only : layout.before + only + layout.after;
  }
  const [first, ...rest] = response;
  const tail = rest.map((turn) => layout.turn(turn)).join("");
  return layout.before + (first?.content ?? "") + (layout.after === "" ? tail : `${layout.after}\n${tail}`);
}
