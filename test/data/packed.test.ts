/** Large data are held as bytes: nothing that reads them may notice. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lazyList } from "../../src/base/lazy_list.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { findCopies, flagRows } from "../../src/data/duplicates.ts";
import { heapText } from "../../src/data/heap_text.ts";
import { importFiles } from "../../src/data/import.ts";
import type { ImportOptions } from "../../src/data/options.ts";
import { columnsOf, groupPacker } from "../../src/data/packed/groups.ts";
import type { Room } from "../../src/data/packed/room.ts";
import { singleColumnsOf } from "../../src/data/packed/singles.ts";
import { textAt, textPacker } from "../../src/data/packed/texts.ts";
import { splitByPrompt } from "../../src/data/split.ts";
import { memoryKeyValue } from "../../src/storage/key-value.ts";
import { storageOver } from "../../src/storage/storage.ts";
import { summarise } from "../../src/worker/engine/summary.ts";
import { fileOf, jsonl } from "./helpers.ts";
import { sampleRows } from "./samples.ts";

/** A room in memory. @param most bytes that it takes */
function roomOf(most = Number.POSITIVE_INFINITY): Room & { readonly bytes: () => number } {
  let held = new Uint8Array(0);
  return {
    append(bytes) {
      if (held.length + bytes.length > most) return null;
      const at = held.length;
      const more = new Uint8Array(at + bytes.length);
      more.set(held);
      more.set(bytes, at);
      held = more;
      return at;
    },
    read(at, into) {
      const there = held.subarray(at, at + into.length);
      into.set(there);
      return there.length;
    },
    bytes: () => held.length,
  };
}

/** The same files twice: as objects, and packed whatever their size. */
async function both(rows: readonly object[], options: ImportOptions = {}): Promise<[Dataset, Dataset]> {
  const read = async (plain?: number) => {
    const limits = plain === undefined ? {} : { plain };
    return (await importFiles([fileOf("a.jsonl", jsonl(rows))], { ...options, limits })).dataset;
  };
  return [await read(), await read(0)];
}

const varied = (format: string): object[] =>
  Array.from({ length: 8 }, (_, i) =>
    JSON.parse(
      JSON.stringify(sampleRows[format]!).replace(/[a-z]{4,}(?= )/, (word) => `${word} ü “${i % 5}” 🎈`),
    ),
  );

describe("packed rows", () => {
  it("are those of every format, whatever is made of them", async () => {
    for (const format of Object.keys(sampleRows)) {
      const [plain, packed] = await both(varied(format));
      expect(columnsOf(packed.groups) ?? singleColumnsOf(packed.unpaired)).toBeDefined();
      expect([format, packed.groups, packed.unpaired]).toEqual([format, plain.groups, plain.unpaired]);
      expect(summarise(packed, false)).toEqual(summarise(plain, false));
      const copies = await findCopies(packed.groups);
      expect(copies).toEqual(await findCopies(plain.groups));
      expect(flagRows(packed.groups, copies)).toEqual(flagRows(plain.groups, copies));
      const split = (of: Dataset) => splitByPrompt(of, { seed: 3, heldOut: 0.4 });
      if (new Set([...plain.groups, ...plain.unpaired].map(({ prompt }) => prompt)).size > 2)
        expect(split(packed)).toEqual(split(plain));
    }
  });

  it("lie in a room where there is one, and in memory when it is full", async () => {
    for (const format of ["trl", "alpaca-eval-annotations", "kto", "hanna"])
      for (const most of [Number.POSITIVE_INFINITY, 6000, 0]) {
        const rows = Array.from({ length: 40 }, () => varied(format)).flat();
        const room = roomOf(most);
        const [plain] = await both(rows);
        const { dataset } = await importFiles([fileOf("a.jsonl", jsonl(rows))], {
          room,
          limits: { plain: 0 },
        });
        if (most === Number.POSITIVE_INFINITY || most === 0) expect(room.bytes() > 0).toBe(most > 0);
        expect([format, dataset.groups, dataset.unpaired]).toEqual([format, plain.groups, plain.unpaired]);
        const storage = storageOver(memoryKeyValue(), "");
        await storage.datasets.put(dataset);
        const back = await storage.datasets.get(dataset.hash);
        expect([back!.groups, back!.unpaired]).toEqual([plain.groups, plain.unpaired]);
      }
  });

  it("take long texts to a room, some of them across its windows", () => {
    const texts = [40_000, 3, 70_000, 2e6, 65_530, 65_536, 5e6, 1].map((length, i) =>
      `${i}é`.repeat(length / 3),
    );
    for (const from of [0, 3e6]) {
      const room = roomOf();
      const packer = textPacker(room, from);
      const numbers = texts.map((text) => packer.add(text));
      const right = () => numbers.every((number, i) => packer.text(number) === texts[i]);
      expect(right()).toBe(true);
      const order = Uint32Array.from(numbers).reverse();
      const done = packer.done(order);
      expect(done.chunks.every((chunk) => !(chunk instanceof Uint8Array))).toBe(true);
      expect(texts.toReversed().every((text, i) => textAt(done, i) === text)).toBe(true);
    }
  });

  it("take other sources and judgements, and stay packed", async () => {
    const rules: ImportOptions[] = [
      { sourceRule: { kind: "preferred-is-target" } },
      { sourceRule: { kind: "by-position", names: ["a", "b"] } },
      { sourceRule: { kind: "text", pattern: "3" } },
      { sourceRule: { kind: "score", atLeast: 2 } },
      { targetPreferred: true, sourceRule: { kind: "by-position", names: ["human", "b"] } },
    ];
    for (const format of ["trl", "kto", "rrhf"])
      for (const rule of rules) {
        const rows = varied(format);
        if (!sampleRows[format]) continue;
        const [plain, packed] = await both(rows, rule);
        expect([packed.groups, packed.unpaired]).toEqual([plain.groups, plain.unpaired]);
        expect(columnsOf(packed.groups) ?? singleColumnsOf(packed.unpaired)).toBeDefined();
      }
  });

  it("keep the order of the file where some rows were put together of several", async () => {
    const whole = { prompt: "p", chosen: "a", rejected: "b" };
    const part = (i: number, text: string) => ({ question: `q${i}`, answer: text, score: i, model: text });
    const mapping = { prompt: "question", response: "answer", score: "score", source: "model" };
    const rows = [part(1, "x"), part(2, "y"), part(1, "z"), part(2, "w"), part(3, "alone")];
    const [plain, packed] = await both(rows, { mapping });
    expect(packed.groups.map(({ row }) => row)).toEqual([1, 2]);
    expect(packed.groups).toEqual(plain.groups);
    expect(packed.problems).toEqual(plain.problems);
    expect(packed.problems).toHaveLength(1);
    expect((await both([whole, whole]))[1].groups).toHaveLength(2);
  });

  it("are stored and backed up as they lie in memory, and come back packed", async () => {
    const rows = [...varied("trl")];
    const [plain, packed] = await both(rows);
    const records = memoryKeyValue();
    const storage = storageOver(records, "");
    await storage.datasets.put(packed);
    expect(((await records.get(`dataset/value/${packed.hash}`)) as Dataset).groups).toEqual([]);
    expect(await storage.datasets.list()).toMatchObject([{ summary: { groups: 8 } }]);
    const other = storageOver(memoryKeyValue(), "");
    expect((await other.importAll((await storage.exportAll()).blob)).restored).toHaveLength(1);
    for (const back of [await storage.datasets.get(packed.hash), await other.datasets.get(packed.hash)]) {
      expect(back!.groups).toEqual(plain.groups);
      expect(columnsOf(back!.groups)).toBeDefined();
    }
  });

  it("reads what was stored as pieces of JSON", async () => {
    const [plain] = await both(varied("trl"));
    const records = memoryKeyValue();
    const { groups, ...rest } = plain;
    const packed = [groups.slice(0, 3), groups.slice(3)].map((piece) => new Blob([JSON.stringify(piece)]));
    await records.write({ put: [[`dataset/value/${plain.hash}`, { ...rest, groups: [], packed }]] });
    expect(await storageOver(records, "").datasets.get(plain.hash)).toEqual(plain);
  });

  it("hold texts that are longer than their buffers", () => {
    const packer = groupPacker(0);
    const texts = ["é".repeat(3e6), "short", "x".repeat(5e6), "“".repeat(300_000), ""];
    const groups = texts.map((text, i) => ({
      id: `2:${i + 1}`,
      prompt: text,
      row: i + 1,
      line: 2 * i + 1,
      weight: i,
      responses: [
        { text, source: 0, score: null, prob: 0.5 },
        { text: `${text}!`, source: -1, score: -i },
      ],
      preferences: [
        [1, 0],
        [0, 1],
      ] as const,
    }));
    for (const group of groups) packer.add(group);
    const back = packer.done();
    // Not by a matcher: a difference would be printed.
    expect(groups.map((group, i) => isDeepStrictEqual(group, back[i]))).toEqual(groups.map(() => true));
  });
});

describe("text in the heap", () => {
  it("is what a strict decoder makes, for any bytes", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const told = (decode: (bytes: Uint8Array) => string, bytes: Uint8Array): string | null => {
      try {
        return decode(bytes);
      } catch {
        return null;
      }
    };
    const edges = fc.constantFrom(
      0x7f,
      0x80,
      0xbf,
      0xc0,
      0xc2,
      0xe0,
      0xa0,
      0xed,
      0x9f,
      0xef,
      0xbb,
      0xf0,
      0x90,
      0xf4,
      0x8f,
      0xf5,
      0xff,
    );
    const bytes = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }).map((text) => new TextEncoder().encode(text.repeat(200))),
      fc.array(fc.oneof(edges, fc.nat(255)), { maxLength: 12 }).map((list) => Uint8Array.from(list)),
    );
    fc.assert(
      fc.property(bytes, (some) => {
        expect(told(heapText, some)).toBe(told((all) => strict.decode(all), some));
      }),
    );
  });
});

describe("a lazy list", () => {
  it("reads as an array does, and holds no item", () => {
    let made = 0;
    const list = lazyList(4, (i) => {
      made++;
      return { i };
    });
    expect(list).toEqual([{ i: 0 }, { i: 1 }, { i: 2 }, { i: 3 }]);
    expect([list.length, list[4], list[-1 as 0], list.at(-1)]).toEqual([4, undefined, undefined, { i: 3 }]);
    expect(list.slice(1, 3).map(({ i }) => i)).toEqual([1, 2]);
    expect([...list].length).toBe(4);
    expect(list.findIndex(({ i }) => i === 2)).toBe(2);
    expect(Object.keys(list)).toEqual(["0", "1", "2", "3"]);
    expect(() => {
      (list as { i: number }[])[0] = { i: 9 };
    }).toThrow(TypeError);
    const before = made;
    expect(list.length + Number("1" in list)).toBe(5);
    expect(made).toBe(before);
  });
});
