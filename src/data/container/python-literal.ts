/**
 * Values as Python prints them: what `str` makes of lists and dictionaries, also in NumPy's spelling without commas, and so what
 * pandas' `to_csv` writes into cells. JSON with a comma too many or a control character in a string is read, too. Nothing is ever run.
 */

/** Brackets inside brackets. */
const DEEPEST = 64;

const blank = /[\s,]*/y;
const number = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;
const word = /-?[A-Za-z_]\w*/y;
const opening = /[bBuU]?(["'])/y;
const escaped = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\n)|(.))/sy;

const words: Readonly<Record<string, unknown>> = {
  None: null,
  True: true,
  False: false,
  null: null,
  true: true,
  false: false,
};
/** Numbers that JSON does not have. */
const noNumber = /^-?(?:nan|inf|NaN|Infinity)$/;
const letters: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

/** Not a value; thrown and caught in this file only. */
class NoValue {}

class Printed {
  readonly text: string;
  at = 0;
  /** The next backslash that was found; looked for once, not once per string. */
  #slash = -1;
  /** Whether there was a NaN or an infinity. */
  odd = false;

  constructor(text: string) {
    this.text = text;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  #skip(): string | undefined {
    this.#match(blank);
    return this.text[this.at];
  }

  #take(mark: string): void {
    if (this.#skip() !== mark) throw new NoValue();
    this.at++;
  }

  whole(): unknown {
    const value = this.value(0);
    if (this.#skip() !== undefined) throw new NoValue();
    return value;
  }

  value(depth: number): unknown {
    if (depth > DEEPEST) throw new NoValue();
    const mark = this.#skip();
    if (mark === "[") return this.#list("]", depth);
    if (mark === "(") return this.#list(")", depth);
    if (mark === "{") return this.#dictionary(depth);
    const quoted = this.#match(opening);
    if (quoted) return this.#string(quoted[1]!);
    const digits = this.#match(number);
    if (digits) return Number(digits[0]);
    const name = this.#match(word)?.[0];
    if (name === "array") return this.#array(depth);
    if (name !== undefined && noNumber.test(name)) {
      this.odd = true;
      return null;
    }
    if (name !== undefined && Object.hasOwn(words, name)) return words[name];
    throw new NoValue();
  }

  #list(close: string, depth: number): unknown[] {
    this.at++;
    const items: unknown[] = [];
    while (this.#skip() !== close) items.push(this.value(depth + 1));
    this.at++;
    return items;
  }

  #dictionary(depth: number): Record<string, unknown> {
    this.at++;
    const row: Record<string, unknown> = Object.create(null);
    while (this.#skip() !== "}") {
      const key = this.value(depth + 1);
      if (typeof key !== "string" && typeof key !== "number") throw new NoValue();
      this.#take(":");
      row[String(key)] = this.value(depth + 1);
    }
    this.at++;
    return row;
  }

  /** `array([…], dtype=object)`. */
  #array(depth: number): unknown {
    this.#take("(");
    const value = this.value(depth + 1);
    if (this.#skip() === "d") {
      this.#match(word);
      this.#take("=");
      if (!this.#match(opening)) this.#match(word);
      else this.#string(this.text[this.at - 1]!);
    }
    this.#take(")");
    return value;
  }

  #string(quote: string): string {
    let text = "";
    let close = -1;
    for (;;) {
      if (close < this.at) close = this.text.indexOf(quote, this.at);
      if (close < 0) throw new NoValue();
      if (this.#slash < this.at) {
        const next = this.text.indexOf("\\", this.at);
        this.#slash = next < 0 ? this.text.length : next;
      }
      const slash = this.#slash;
      if (slash > close) {
        text += this.text.slice(this.at, close);
        this.at = close + 1;
        return text;
      }
      text += this.text.slice(this.at, slash);
      this.at = slash;
      text += this.#escaped(quote);
    }
  }

  #escaped(quote: string): string {
    const found = this.#match(escaped);
    if (!found) throw new NoValue();
    const [whole, octal, byte, unit, point, end, letter] = found;
    if (end !== undefined) return "";
    if (letter !== undefined)
      return letters[letter] ?? (`\\'"${quote === '"' ? "/" : ""}`.includes(letter) ? letter : whole);
    const code =
      octal === undefined ? Number.parseInt((byte ?? unit ?? point)!, 16) : Number.parseInt(octal, 8);
    if (code > 0x10ffff) throw new NoValue();
    return String.fromCodePoint(code);
  }
}

/** The value, and whether NaN or infinities in it became null; undefined where the text is no such value from beginning to end. */
export function printedValue(text: string): { readonly value: unknown; readonly odd: boolean } | undefined {
  const printed = new Printed(text);
  try {
    return { value: printed.whole(), odd: printed.odd };
  } catch (thrown) {
    if (thrown instanceof NoValue) return undefined;
    throw thrown;
  }
}

/** As `printedValue`, the value alone. */
export const pythonValue = (text: string): unknown => printedValue(text)?.value;
