/** Files that are broken or made to break a reader: clear errors, bounded memory, no hang, and the good rows kept. */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { jsonDepth } from "../../src/data/container/json-record.ts";
import { firstInvalidUtf8 } from "../../src/data/container/utf8.ts";
import { importFiles } from "../../src/data/import.ts";
import { fileOf, gzipped, jsonl, pairRow } from "./helpers.ts";

vi.setConfig({ testTimeout: process.env.TILT_FUZZ_SEED ? 600_000 : 30_000 });

const good = (from: number, to: number) =>
  jsonl(Array.from({ length: to - from }, (_, i) => pairRow(from + i)));
const bytesOf = (text: string) => new TextEncoder().encode(text);

function joined(...parts: (string | Uint8Array)[]): Uint8Array {
  return new Uint8Array(
    Buffer.concat(parts.map((part) => (typeof part === "string" ? bytesOf(part) : part))),
  );
}

/** A file that is made up while it is read: `piece(i)` until it returns null. */
function generated(name: string, size: number, piece: (i: number) => Uint8Array | null) {
  let largest = 0;
  return {
    name,
    size,
    stream() {
      let i = 0;
      return new ReadableStream<Uint8Array>({
        pull(controller) {
          const next = piece(i++);
          if (next === null) return controller.close();
          largest = Math.max(largest, next.length);
          controller.enqueue(next);
        },
      });
    },
  };
}

describe("too much", () => {
  it("stops a decompression bomb early, keeps the rows before it", async () => {
    const bomb = gzipSync(joined(good(0, 5), Buffer.alloc(100 * 2 ** 20, 0x20)));
    expect(bomb.length).toBeLessThan(200_000);
    const { dataset } = await importFiles([fileOf("bomb.jsonl.gz", bomb)]);
    expect(dataset.groups).toHaveLength(5);
    expect(dataset.problems.at(-1)).toMatchObject({ file: "bomb.jsonl.gz", effect: "left-out" });
    expect(dataset.problems.at(-1)!.what).toMatch(/unfolds to more than \d+ MiB/);
    const absolute = await importFiles([gzipped("a.jsonl", good(0, 2000))], { limits: { inflated: 50_000 } });
    expect(absolute.dataset.problems.at(-1)!.what).toMatch(/unfolds/);
    expect(absolute.dataset.groups.length).toBeLessThan(2000);
  });

  it("passes over a 100 MB line without holding it", async () => {
    const block = new Uint8Array(2 ** 20).fill(0x61);
    const file = generated("long.jsonl", 100 * 2 ** 20, (i) => {
      if (i === 0) return bytesOf(`${good(0, 2)}{"prompt": "`);
      if (i <= 100) return block;
      return i === 101 ? bytesOf(`"}\n${good(2, 4)}`) : null;
    });
    const before = process.memoryUsage().rss;
    const { dataset, counts } = await importFiles([file]);
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * 2 ** 20);
    expect(counts).toMatchObject({ rowsRead: 5, rowsKept: 4, rowsLeftOut: 1 });
    expect(dataset.problems[0]).toMatchObject({
      line: 3,
      what: expect.stringContaining("longer than 16 MiB"),
      excerpt: expect.stringMatching(/^\{"prompt": "a{20}/),
    });
  });

  it("passes over a list element that is too long", async () => {
    const rows = [pairRow(0), { ...pairRow(1), chosen: "x".repeat(5000) }, pairRow(2)];
    for (const chunk of [7, 100_000]) {
      const { counts } = await importFiles([fileOf("a.json", JSON.stringify(rows), chunk)], {
        limits: { record: 1000 },
      });
      expect(counts).toMatchObject({ rowsRead: 3, rowsKept: 2, rowsLeftOut: 1 });
    }
  });

  it("goes on after an element that swallowed those behind it until it was too long", async () => {
    const texts = Array.from({ length: 100 }, (_, i) =>
      JSON.stringify(pairRow(i), null, 1).replaceAll("\n", "\n "),
    );
    texts[1] = texts[1]!.replace("}", "");
    for (const chunk of [7, 100_000]) {
      const { dataset, counts } = await importFiles(
        [fileOf("a.json", `[\n ${texts.join(",\n ")}\n]`, chunk)],
        { limits: { record: 1000 } },
      );
      expect(counts).toMatchObject({ rowsLeftOut: 1 });
      expect(counts.rowsKept).toBeGreaterThan(80);
      expect(dataset.groups.at(-1)!.prompt).toBe("Question 99?");
    }
  });

  it("refuses brackets nested too deep, in lines, lists and documents", async () => {
    const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    const lines = await importFiles([fileOf("a.jsonl", `${good(0, 2)}${deep}\n${good(2, 3)}`)]);
    expect(lines.counts).toMatchObject({ rowsRead: 4, rowsKept: 3 });
    expect(lines.dataset.problems[0]).toMatchObject({
      line: 3,
      what: expect.stringContaining("100000 brackets deep"),
      excerpt: expect.stringMatching(/^(\{"a":)+/),
    });
    const list = await importFiles([fileOf("a.json", `[${JSON.stringify(pairRow(0))},${deep}]`)]);
    expect(list.counts).toMatchObject({ rowsRead: 2, rowsKept: 1 });
    const open = await importFiles([fileOf("a.json", "[".repeat(1_000_000))]);
    expect(open.dataset.groups).toEqual([]);
    expect(open.dataset.problems.length).toBeGreaterThan(0);
    const whole = await importFiles([fileOf("a.json", deep)]);
    expect(whole.dataset.problems[0]!.what).toMatch(/deep/);
  });

  it("leaves cells that nest too deep as they stand", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    for (const row of [`q,a,a,${deep}`, `q,a,a,"[{""role"": ${deep}}]"`]) {
      const { counts } = await importFiles([
        fileOf("a.csv", `prompt,chosen,rejected,metadata\n${row}\nr,c,d,{}\n`),
      ]);
      expect(counts).toMatchObject({ rowsRead: 2, rowsKept: 1, rowsLeftOut: 1 });
    }
  });

  it("reads millions of empty lines, commas and columns without choking", async () => {
    const blank = await importFiles([fileOf("a.jsonl", `${"\n".repeat(2_000_000)}${good(0, 1)}`)]);
    expect(blank.dataset.groups[0]).toMatchObject({ row: 1, line: 2_000_001 });
    const commas = await importFiles([fileOf("a.json", `[${",".repeat(2_000_000)}]`)]);
    expect(commas.counts.groups).toBe(0);
    const columns = await importFiles([fileOf("a.csv", `${"a,".repeat(100_000)}\n1`)]);
    expect(columns.dataset.problems[0]!.what).toMatch(/100001 columns/);
  });

  it("reads records of many megabytes that are no strict JSON, and passes over a line of countless objects", async () => {
    const long = "a\\n".repeat(3_000_000);
    const row = (end: string) => `{"prompt": "q", "chosen": "${long}", "rejected": "b"${end}}\n`;
    const { counts } = await importFiles([
      fileOf(
        "a.jsonl",
        `${row(', "score": NaN')}${row(",")}${row(', "x')}${"{}".repeat(4_000_000)}\n${good(0, 1)}`,
      ),
    ]);
    expect(counts).toMatchObject({ rowsRead: 5, rowsKept: 3, rowsLeftOut: 2, rowsRepaired: 2 });
    const key = await importFiles([fileOf("a.jsonl", `{"${"k".repeat(15_000_000)}": NaN}\n${good(0, 1)}`)]);
    expect(key.counts).toMatchObject({ rowsRead: 2, rowsKept: 1 });
  });
});

describe("odd text", () => {
  it("names the byte that is not UTF-8, keeps the row", async () => {
    const head = '{"prompt": "q", "chosen": " a';
    const bytes = joined(good(0, 1), head, Uint8Array.of(0xff), '", "rejected": " b"}\n', good(1, 2));
    const { dataset, counts } = await importFiles([fileOf("a.jsonl", bytes, 3)]);
    expect(counts).toMatchObject({ rowsRead: 3, rowsKept: 3, rowsRepaired: 1 });
    expect(dataset.problems).toHaveLength(1);
    const at = good(0, 1).length + head.length;
    expect(dataset.problems[0]).toMatchObject({
      line: 2,
      effect: "repaired",
      what: expect.stringContaining(`Byte ${at} `),
    });
    expect(dataset.groups[1]!.responses[0]!.text).toBe(" a\uFFFD");
    const table = joined("prompt,chosen,rejected\nq,a", Uint8Array.of(0xc3), ",b\n");
    const csv = await importFiles([fileOf("a.csv", table)]);
    expect(csv.dataset.problems[0]).toMatchObject({ line: 2, effect: "repaired" });
  });

  it("finds the first bad byte wherever a strict decoder would", () => {
    const strict = new TextDecoder("utf-8", { fatal: true });
    const valid = (bytes: Uint8Array) => {
      try {
        strict.decode(bytes);
        return true;
      } catch {
        return false;
      }
    };
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0x41, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9d, 0x84, 0x9e, 0xed, 0xa0, 0x80),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 12 }), (list) => {
        const bytes = Uint8Array.from(list);
        const at = firstInvalidUtf8(bytes);
        expect(at < 0).toBe(valid(bytes));
        if (at >= 0) expect(valid(bytes.subarray(0, at))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("replaces lone surrogates, keeps pairs", async () => {
    const lines = '{"prompt": "\\ud83d\\ude00", "chosen": "a\\ud800", "rejected": "\\udc00b"}\n';
    const { dataset, counts } = await importFiles([fileOf("a.jsonl", lines)]);
    expect(dataset.groups[0]).toMatchObject({
      prompt: "😀",
      responses: [{ text: "a\uFFFD" }, { text: "\uFFFDb" }],
    });
    expect(counts.rowsRepaired).toBe(1);
    expect(dataset.problems[0]).toMatchObject({
      effect: "repaired",
      what: expect.stringContaining("surrogate"),
    });
  });

  it("reads Python's NaN as null", async () => {
    const lines = '{"query": "NaN", "responses": ["Infinity", "b"], "scores": [NaN, 1.0]}\n';
    const { dataset } = await importFiles([fileOf("a.jsonl", lines)]);
    expect(dataset.groups[0]).toMatchObject({
      prompt: "NaN",
      responses: [{ text: "Infinity", score: null }, { score: 1 }],
    });
    expect(dataset.problems[0]).toMatchObject({ effect: "repaired" });
  });

  it("takes no inherited name for a column, and pollutes nothing", async () => {
    const lines = [
      '{"__proto__": {"rejected": "polluted"}, "prompt": "q", "chosen": "a"}',
      '{"constructor": {"prototype": {"polluted": 1}}, "prompt": "q", "chosen": "a", "rejected": "b"}',
      '{"prompt": "q", "chosen": "a", "rejected": "b", "chosen_source": "__proto__", "rejected_source": "constructor"}',
    ];
    const { dataset, counts } = await importFiles([fileOf("a.jsonl", lines.join("\n"))]);
    expect(counts).toMatchObject({ rowsKept: 2, rowsLeftOut: 1 });
    expect(dataset.sources).toEqual(["__proto__", "constructor"]);
    const csv = await importFiles([fileOf("a.csv", "__proto__,prompt,chosen,rejected\nx,q,a,b\n")]);
    expect(csv.counts.rowsKept).toBe(1);
    const roles =
      '{"chosen": [{"role": "__proto__", "content": "x"}], "rejected": [{"role": "constructor", "content": "y"}]}';
    expect((await importFiles([fileOf("a.jsonl", roles)])).counts.rowsRead).toBe(1);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(({} as Record<string, unknown>).rejected).toBeUndefined();
  });

  it("counts depth outside strings only", () => {
    expect(jsonDepth(bytesOf('{"a": "[[[[", "b": ["\\"[", {}]}'))).toBe(3);
  });
});

describe("properties", () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom("\n", '"', "\\", "{", "]", ",", " ", "é", "😀"),
      fc.string({ maxLength: 1 }),
    ),
    maxLength: 12,
  });
  const row = fc
    .record({ prompt: text, chosen: text, rejected: text })
    .filter(({ chosen, rejected }) => chosen.trim() !== "" && rejected.trim() !== "" && chosen !== rejected);
  const bad = fc.constantFrom(
    "{",
    '{"a": ',
    "]",
    "null",
    "7",
    '"x"',
    '{"prompt": 1}',
    "{}",
    '{"chosen": "x"}',
    "\\",
  );

  it("good rows among bad lines are all kept, in order, and the counts add up", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 2, arbitrary: row }, { weight: 1, arbitrary: bad }), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.integer({ min: 1, max: 50 }),
        async (items, chunk) => {
          const rows = items.filter((item) => typeof item !== "string");
          fc.pre(rows.length > 0);
          const lines = items
            .map((item) => (typeof item === "string" ? item : JSON.stringify(item)))
            .join("\n");
          const { dataset, counts } = await importFiles([fileOf("a.jsonl", lines, chunk)]);
          expect(
            dataset.groups.map((group) => [group.prompt, ...group.responses.map((r) => r.text)]),
          ).toEqual(rows.map((one) => [one.prompt, one.chosen, one.rejected]));
          expect(counts).toMatchObject({ rowsRead: items.length, rowsLeftOut: items.length - rows.length });
          expect(dataset.problems).toHaveLength(items.length - rows.length);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("a list gives the same as its lines, however it is indented and cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 3 }),
        async (rows, chunk, indent) => {
          const list = await importFiles([fileOf("a.json", JSON.stringify(rows, null, indent), chunk)]);
          const lines = await importFiles([fileOf("a.jsonl", jsonl(rows), chunk)]);
          const plain = (of: typeof list) => of.dataset.groups.map(({ line: _, ...group }) => group);
          expect(plain(list)).toEqual(plain(lines));
          expect(list.dataset.problems).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("any JSON value in any column is read or named, never thrown", async () => {
    const columns = [
      "prompt",
      "chosen",
      "rejected",
      "query",
      "responses",
      "scores",
      "probs",
      "answers",
      "messages",
      "label",
      "completion",
      "question",
      "gold",
      "preference",
      "text",
      "conversations",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.constantFrom(...columns), fc.jsonValue({ maxDepth: 3 })), {
          minLength: 1,
          maxLength: 5,
        }),
        async (rows) => {
          const { counts } = await importFiles([fileOf("a.jsonl", jsonl(rows))]);
          expect(counts.rowsRead).toBe(rows.length);
          expect(counts.rowsKept + counts.rowsLeftOut).toBe(rows.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});
