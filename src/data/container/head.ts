/** The first bytes of a file, held back until they say what kind of file it is. */
import { guessDelimiter } from "./delimiter.ts";
import { FileFault } from "./fault.ts";

export type ContainerKind = "jsonl" | "json-array" | "json-document" | "csv" | "tsv" | "parquet";

/** A stream of chunks that can be looked into before it is consumed. */
export interface Lookahead {
  /** At least `count` bytes, or all there are. */
  peek(count: number): Promise<Uint8Array>;
  /** Whether `peek` has seen the end. */
  ended(): boolean;
  /** Everything from the start. */
  rest(): AsyncGenerator<Uint8Array, void, void>;
}

/**
 * A stream that is read by way of the result only. A fault of `chunks` is thrown once everything before it was read.
 */
export function lookahead(chunks: AsyncGenerator<Uint8Array, void, void>): Lookahead {
  let held: Uint8Array = new Uint8Array(0);
  let atEnd = false;
  /** Where the chunks break off: said once everything before was read. */
  let fault: FileFault | null = null;
  const pull = async (have: number): Promise<Uint8Array | null> => {
    try {
      const { value, done } = await chunks.next();
      return done ? null : (value ?? null);
    } catch (thrown) {
      if (!(thrown instanceof FileFault) || have === 0) throw thrown;
      fault = thrown;
      return null;
    }
  };
  return {
    async peek(count) {
      const parts = [held];
      let have = held.length;
      while (have < count && !atEnd) {
        const next = await pull(have);
        if (next === null) atEnd = true;
        else {
          // A copy: the chunk itself is given back when the next one is asked for.
          parts.push(next.slice());
          have += next.length;
        }
      }
      if (parts.length > 1) {
        held = new Uint8Array(have);
        let at = 0;
        for (const part of parts) {
          held.set(part, at);
          at += part.length;
        }
      }
      return held;
    },
    ended: () => atEnd,
    async *rest() {
      try {
        if (held.length > 0) yield held;
        held = new Uint8Array(0);
        if (fault) throw fault;
        if (!atEnd) yield* chunks;
      } finally {
        await chunks.return();
      }
    },
  };
}

const lenient = new TextDecoder("utf-8");

/** Files that are recognised only to say what to do with them. */
const strangers: readonly {
  readonly magic: readonly number[];
  readonly what: string;
  readonly remedy: string;
}[] = [
  {
    magic: [0x50, 0x4b, 3, 4],
    what: "a ZIP archive or an Office file",
    remedy: "Unpack it, or save it as CSV, and drop the result.",
  },
  {
    magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a],
    what: "an XZ archive",
    remedy: "Unpack it (unxz) and drop the result.",
  },
  {
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    what: "a Zstandard archive",
    remedy: "Unpack it (unzstd) and drop the result.",
  },
  { magic: [0x42, 0x5a, 0x68], what: "a bzip2 archive", remedy: "Unpack it (bunzip2) and drop the result." },
  { magic: [0x25, 0x50, 0x44, 0x46], what: "a PDF", remedy: "Drop the data file itself." },
  { magic: [0x89, 0x50, 0x4e, 0x47], what: "an image", remedy: "Drop the data file itself." },
  {
    magic: [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31],
    what: "an Arrow file",
    remedy: "Save it as Parquet or JSON Lines.",
  },
];

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** How JSON begins, which no table's header does: a list of objects or lists, an object with a first key. */
const jsonStart = /^(?:\[\s*(?:[{[\]]|$)|\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\}|$))/s;

/** What Git holds in place of a large file. */
const pointer = "version https://git-lfs.github.com/spec/";

/** Bytes looked at, at most, to find the first line's end. */
const farthest = 8 * 2 ** 20;

/** JSON Lines when a line of its own parses and more follow; otherwise one document over all lines. */
async function braceKind(head: Lookahead): Promise<ContainerKind> {
  for (let want = 65536; ; want *= 4) {
    const text = lenient.decode(await head.peek(want));
    const lines = text.split("\n").map((line) => line.trim());
    const whole = head.ended() ? lines : lines.slice(0, -1);
    const filled = whole.filter((line) => line !== "");
    if (filled.length > 1) {
      return filled.slice(0, 20).some((line) => line.startsWith("{") && line.endsWith("}") && parses(line))
        ? "jsonl"
        : "json-document";
    }
    if (head.ended() || want >= farthest) return "json-document";
  }
}

/** Lines looked at to tell a table from prose. */
const TRIAL = 30;

/** Whether lines look like a table's: cells are quoted, or at least some lines have as many delimiters as the first. Prose has neither. */
function isTable(lines: readonly string[], whole: boolean): boolean {
  const [first, ...rest] = lines;
  const delimiter = guessDelimiter(first!);
  const filled = (whole ? rest : rest.slice(0, -1)).filter((line) => line.trim() !== "").slice(0, TRIAL);
  if (filled.length < 4 || lines.some((line) => line.includes(`${delimiter}"`))) return true;
  const count = (line: string) => line.split(delimiter).length;
  return filled.filter((line) => count(line) === count(first!)).length >= filled.length / 4;
}

/** What kind of file this is. Throws a `FileFault` for an empty file and for kinds that Tilt does not read. */
export async function containerKind(head: Lookahead, name: string): Promise<ContainerKind> {
  // However much is there: the answer must not depend on how the file comes.
  const bytes = (await head.peek(65536)).subarray(0, 65536);
  if (bytes.length === 0) throw new FileFault("The file is empty (0 bytes).", "Choose another file.");
  if (startsWith(bytes, [0x50, 0x41, 0x52, 0x31])) return "parquet";
  const stranger = strangers.find(({ magic }) => startsWith(bytes, magic));
  if (stranger) throw new FileFault(`This is ${stranger.what}, which Tilt does not read.`, stranger.remedy);
  const text = lenient
    .decode(bytes)
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (text.startsWith(pointer)) {
    throw new FileFault(
      "This is a pointer of Git LFS, which stands for the file; the data are not in it.",
      "Run `git lfs pull` in the repository, or download the file from the hub's page, and drop that.",
      { line: 1, excerpt: text.slice(0, 120) },
    );
  }
  if (text === "" && head.ended())
    throw new FileFault("The file holds only white space.", "Choose another file.");
  // What it holds tells more than what it is called.
  const ending = /\.(jsonl|ndjson|json|csv|tsv|tab)(?:\.gz|\.gzip)?$/i.exec(name)?.[1]?.toLowerCase();
  const table = ending === "csv" ? "csv" : ending === "tsv" || ending === "tab" ? "tsv" : null;
  const line = text.split("\n", 1)[0]!.trim();
  const page = /^<(?:!doctype|html|head|\?xml)/i.test(text);
  if (table && !page && !jsonStart.test(text)) return table;
  if (text.startsWith("[")) return "json-array";
  if (text.startsWith("{")) {
    // A brace alone on the first line begins an indented object, whatever the file is called.
    return (ending === "jsonl" || ending === "ndjson") && line !== "{" ? "jsonl" : braceKind(head);
  }
  if (text.startsWith("<") && (page || !table)) {
    throw new FileFault(
      `Line 1 is not JSON. It starts with \`${text.slice(0, 12).replace(/\s+/g, " ")}\`; this looks like a web page saved in place of the file.`,
      "Download the data file itself (on a hub page: the raw link) and drop that.",
      { line: 1 },
    );
  }
  const binary = bytes.subarray(0, 4096).includes(0);
  const lines = binary && ending === undefined ? [] : text.split("\n");
  const named = ending !== undefined && (parses(line) || !/[,;\t]/.test(line) || /["']\s*:/.test(line));
  if (named || lines.some((one) => one.startsWith("{"))) return "jsonl";
  if (binary) {
    throw new FileFault(
      "This is a binary file of a kind that Tilt does not read.",
      "Tilt reads JSON, JSON Lines, CSV, TSV and Parquet.",
    );
  }
  if (/[,;\t]/.test(lines[0]!) && isTable(lines, head.ended()))
    return lines[0]!.includes("\t") ? "tsv" : "csv";
  throw new FileFault(
    "This is neither JSON nor a table.",
    "Tilt reads JSON, JSON Lines, CSV, TSV and Parquet.",
    {
      excerpt: text.slice(0, 120),
      line: 1,
    },
  );
}
