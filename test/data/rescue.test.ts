/** Files that are not quite what they should be: all that can be told apart is read, the rest is named. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { pythonValue } from "../../src/data/container/python-literal.ts";
import { importFiles } from "../../src/data/import.ts";
import { fileOf, jsonl, pairRow, printed } from "./helpers.ts";
import { sampleRows } from "./samples.ts";

const rows = [pairRow(1), pairRow(2), pairRow(3)];
const prompts = rows.map(({ prompt }) => prompt);
const table = ["prompt,chosen,rejected", ...rows.map((row) => Object.values(row).join(","))].join("\n");

async function read(name: string, content: string | Uint8Array, chunk?: number) {
  const { dataset, counts } = await importFiles([fileOf(name, content, chunk)]);
  const { problems, groups } = dataset;
  return { prompts: groups.map(({ prompt }) => prompt), groups, problems, counts };
}

describe("a file with another kind's ending", () => {
  it.each([
    ["an indented list as CSV", "a.csv", JSON.stringify(rows, null, 2)],
    ["an indented list as TSV", "a.tsv", JSON.stringify(rows, null, 2)],
    ["an indented object as CSV", "a.csv", JSON.stringify({ data: rows }, null, 2)],
    ["an indented object as JSON Lines", "a.jsonl", JSON.stringify({ ...rows }, null, 2)],
    [
      "a long list on one line as CSV",
      "a.csv",
      JSON.stringify([...rows, ...Array(2000).fill({ ...rows[0], chosen: "x".repeat(90) })]),
    ],
    ["commas as TSV", "a.tsv", table],
    ["tabs as CSV", "a.csv", table.replaceAll(",", "\t")],
  ])("reads %s", async (_, name, content) => {
    const got = await read(name, content);
    expect(got.prompts.slice(0, 3)).toEqual(prompts);
    expect(got.problems).toEqual([]);
  });

  it("names what Git LFS left in place of a file", async () => {
    const { problems } = await read(
      "a.parquet",
      "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n",
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      what: expect.stringContaining("Git LFS"),
      remedy: expect.stringContaining("git lfs pull"),
    });
  });
});

describe("no data at all", () => {
  it("tells prose from a table, and a table of prose from prose", async () => {
    const prose =
      "One day, a girl found a needle, and it was sharp.\nShe ran.\nShe said, no, yes, no.\n\nShe went home.\nThe end.\n";
    expect((await read("story.txt", prose)).problems).toMatchObject([
      { what: "This is neither JSON nor a table." },
    ]);
    const quoted = `prompt,chosen,rejected\nq,"a\nb\nc\nd\ne\nf",g\n`;
    expect((await read("table.txt", quoted)).prompts).toEqual(["q"]);
    expect((await read("table.txt", table)).prompts).toEqual(prompts);
  });

  it("knows a binary file, whatever its lines begin with and however it comes", async () => {
    const bytes = Buffer.concat([
      Buffer.from([1, 0, 0, 0, 2, 2]),
      Buffer.alloc(70_000, "x\n"),
      Buffer.from("\n{\n"),
    ]);
    for (const chunk of [100, 65536, 1_000_000]) {
      expect((await read("weights.bin", bytes, chunk)).problems).toMatchObject([
        { what: expect.stringContaining("binary") },
      ]);
    }
  });

  it("lists what ended a file, however many of its rows are at fault", async () => {
    const packed = gzipSync(`${jsonl(rows)}${"x\n".repeat(30)}`);
    const { dataset } = await importFiles(
      [fileOf("a.jsonl.gz", Buffer.concat([packed, Buffer.from("more")]))],
      {
        limits: { problems: 10 },
      },
    );
    expect([dataset.problems.length, dataset.problemsOmitted]).toEqual([11, 20]);
    expect(dataset.problems.at(-1)!.what).toMatch(/not gzip follows/);
  });
});

describe("gzip", () => {
  const many = Array.from({ length: 2000 }, (_, i) => pairRow(i));

  it.each([
    [
      "several members",
      Buffer.concat([gzipSync(jsonl(many.slice(0, 900))), gzipSync(jsonl(many.slice(900)))]),
    ],
    ["zeros behind the archive", Buffer.concat([gzipSync(jsonl(many)), Buffer.alloc(512)])],
    ["an archive in an archive", gzipSync(gzipSync(jsonl(many)))],
    [
      "an archive of several in an archive",
      gzipSync(Buffer.concat(many.map((row) => gzipSync(jsonl([row]))))),
    ],
  ])("reads %s", async (_, packed) => {
    for (const chunk of [11, 65536]) {
      const { counts, problems } = await read("a.jsonl.gz", packed, chunk);
      expect(problems).toEqual([]);
      expect(counts).toMatchObject({ rowsRead: 2000, rowsKept: 2000 });
    }
  });

  it("keeps every whole row before a cut or damage, and all before something that is no gzip", async () => {
    for (const count of [20, 2000]) {
      const packed = gzipSync(jsonl(many.slice(0, count)));
      const cut = await read("a.jsonl.gz", packed.subarray(0, packed.length - 30), 4096);
      expect(cut.counts.rowsKept).toBeGreaterThan(count - 20);
      expect(cut.problems.at(-1)!.what).toMatch(/broken or cut off/);
      const more = await read("a.jsonl.gz", Buffer.concat([packed, Buffer.from("the end")]));
      expect(more.counts.rowsKept).toBe(count);
      expect(more.problems).toMatchObject([{ what: expect.stringContaining("not gzip follows") }]);
    }
  });

  it("reads the last row, too, when no line end follows it", async () => {
    const lines = jsonl(rows).trimEnd();
    for (const [name, content] of [
      ["a.jsonl", lines],
      ["a.csv", table],
      ["a.json", JSON.stringify({ data: rows })],
      ["a.json", JSON.stringify(rows)],
    ] as const)
      for (const more of ["the end", "\n"]) {
        const got = await read(`${name}.gz`, Buffer.concat([gzipSync(content), Buffer.from(more)]));
        expect(got.prompts).toEqual(prompts);
        expect(got.problems).toMatchObject([{ what: expect.stringContaining("not gzip follows") }]);
      }
    // Without its checksum an archive still tells where a row is whole; where a cell is, it does not.
    const cut = (text: string) => gzipSync(text).subarray(0, -8);
    expect((await read("a.jsonl.gz", cut(lines))).prompts).toEqual(prompts);
    expect((await read("a.json.gz", cut(JSON.stringify({ data: rows })))).prompts).toEqual(prompts);
    expect((await read("a.csv.gz", cut(table))).prompts).toEqual(prompts.slice(0, 2));
    const torn = await read("a.jsonl.gz", cut(lines.slice(0, -5)));
    expect(torn.prompts).toEqual(prompts.slice(0, 2));
    expect(torn.problems).toMatchObject([{ what: expect.stringContaining("broken or cut off") }]);
    expect(torn.counts).toMatchObject({ rowsRead: 2, rowsLeftOut: 0 });
  });

  it("stops at an archive that unfolds to nothing, however much is in it", async () => {
    const inner = Buffer.concat([gzipSync(jsonl(rows)), Buffer.alloc(70 * 2 ** 20), gzipSync(jsonl(rows))]);
    const got = await read("a.jsonl.gz", gzipSync(inner));
    expect(got.prompts).toEqual(prompts);
    expect(got.problems).toMatchObject([{ what: expect.stringContaining("unfolds to more than 64 MiB") }]);
  });

  it("does not unpack for ever", async () => {
    const { problems } = await read("a.gz", gzipSync(gzipSync(gzipSync(gzipSync("x")))));
    expect(problems).toMatchObject([{ what: expect.stringContaining("more than 3 times over") }]);
  });

  it("knows the file by all its bytes, however it was unpacked", async () => {
    const packed = Buffer.concat([gzipSync(jsonl(many)), gzipSync(jsonl(many))]);
    const { dataset } = await importFiles([fileOf("a.jsonl.gz", packed, 100)]);
    expect(dataset.hash).toBe(createHash("sha256").update(packed).digest("hex"));
  });
});

describe("old and odd tables", () => {
  it("reads line ends of the old Macintosh, in lines and tables, however they are cut", async () => {
    for (const chunk of [1, 7, 65536]) {
      expect((await read("a.jsonl", jsonl(rows).replaceAll("\n", "\r"), chunk)).prompts).toEqual(prompts);
      const cells = await read("a.csv", table.replaceAll("\n", "\r"), chunk);
      expect(cells.prompts).toEqual(prompts);
      expect(cells.groups.map(({ line }) => line)).toEqual([2, 3, 4]);
    }
  });

  it("leaves a carriage return alone where lines end as usual", async () => {
    const { groups } = await read("a.csv", 'prompt,chosen,rejected\n"q\rq",a,b\n');
    expect(groups[0]!.prompt).toBe("q\rq");
  });

  it("takes the delimiter that Excel is told in the first line", async () => {
    const {
      prompts: got,
      problems,
      groups,
    } = await read("a.csv", `sep=;\r\n${table.replaceAll(",", ";").replaceAll("\n", "\r\n")}`);
    expect([got, problems]).toEqual([prompts, []]);
    expect(groups[0]!.line).toBe(3);
  });

  it("reads the quotes of a TSV as they stand where they quote nothing", async () => {
    const text =
      'prompt\tchosen\trejected\nq1\t"Hello," she said\tb\nq2\t"open\tb\nq3\t"a\ttab"\tb\nq4\t"x\n';
    const { groups, problems, counts } = await read("a.tsv", text, 3);
    expect(groups.map(({ responses }) => responses[0]!.text)).toEqual([
      '"Hello," she said',
      '"open',
      "a\ttab",
    ]);
    expect(counts).toMatchObject({ rowsKept: 3, rowsRepaired: 2, rowsLeftOut: 1 });
    expect(problems.map(({ line, effect }) => [line, effect])).toEqual([
      [2, "repaired"],
      [3, "repaired"],
      [5, "left-out"],
    ]);
  });

  it("says that a blank before a quote takes its meaning away", async () => {
    const { prompts: got, problems } = await read(
      "a.csv",
      '"prompt" , "chosen", "rejected"\nq1,a,b\nq2, "a, b", "c"\n',
    );
    expect(got).toEqual(["q1"]);
    expect(problems).toMatchObject([
      { line: 3, remedy: expect.stringContaining("blanks between delimiters and quotes") },
    ]);
  });

  it("says that a title stands above the columns", async () => {
    const { problems } = await read("a.csv", "Export of May\n\nprompt,chosen,rejected\nq,a,b\n");
    expect(problems[0]).toMatchObject({
      line: 3,
      what: expect.stringContaining("1 column."),
      remedy: expect.stringContaining("first line"),
    });
  });

  it("reads lists and turns as pandas writes them into cells", async () => {
    const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const turns = (text: string) =>
      `[{'content': "What's that?", 'role': 'user'}\n {'content': '${text}', 'role': 'assistant'}]`;
    const spoken = await read(
      "a.csv",
      `chosen,rejected\n${cell(turns("a \\'b\\'\\n"))},${cell(turns("c"))}\n`,
    );
    expect(spoken.problems).toEqual([]);
    expect(spoken.groups[0]).toMatchObject({
      prompt: "\n\nHuman: What's that?\n\nAssistant:",
      responses: [{ text: " a 'b'\n" }, { text: " c" }],
    });
    const listed = await read("a.csv", `query,responses,scores\nq,${cell("['a', \"it's\"]")},"[1. nan]"\n`);
    expect(listed.groups[0]!.responses.map(({ text, score }) => [text, score])).toEqual([
      ["a", 1],
      ["it's", null],
    ]);
  });
});

describe("every format as a table", () => {
  const rated = {
    ...sampleRows,
    "wp-a": {
      prompt: "q",
      story: "It's",
      human_written: 1,
      grammar: [5, 4],
      cohesive: [3, 3],
      enjoy: [1, 2],
      relevant: [2, 2],
    },
    "trl with metadata": {
      prompt: "q",
      chosen: "a",
      rejected: "b",
      metadata: { score_chosen: 2, score_rejected: 1 },
    },
  };
  it.each(Object.entries(rated))("%s: lists as JSON and as Python prints them", async (_, row) => {
    const lines = await importFiles([fileOf("a.jsonl", jsonl([row]))]);
    for (const write of [JSON.stringify, printed]) {
      const cells = Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, typeof value === "object" ? write(value) : value]),
      );
      for (const delimiter of [",", ";", "\t"]) {
        const got = await importFiles([fileOf("a.csv", Papa.unparse([cells], { delimiter }))]);
        const plain = ({ dataset }: typeof got) =>
          JSON.stringify([dataset.sources, dataset.groups, dataset.unpaired], (key, value) =>
            key === "line" ? undefined : value,
          );
        expect(plain(got)).toBe(plain(lines));
      }
    }
  });
});

describe("JSON Lines that are not quite", () => {
  it("reads every object of a line, and those with a comma behind them", async () => {
    const [a, b, c] = rows.map((row) => JSON.stringify(row));
    const { prompts: got, counts } = await read("a.jsonl", `${a}${b}\n${c},\n${a} {"prompt": \n`);
    expect(got).toEqual([...prompts, prompts[0]]);
    expect(counts).toMatchObject({ rowsRead: 5, rowsLeftOut: 1 });
  });

  it("reads what Python printed, and says so", async () => {
    const { groups, problems } = await read(
      "a.jsonl",
      `{'prompt': "it's", 'chosen': 'a\\n', 'rejected': 'b', 'ok': True}\n`,
    );
    expect(groups[0]).toMatchObject({ prompt: "it's", responses: [{ text: "a\n" }, { text: "b" }] });
    expect(problems).toMatchObject([
      { line: 1, effect: "repaired", remedy: expect.stringContaining("json.dumps") },
    ]);
  });
});

describe("values as Python prints them", () => {
  it.each([
    ["[1, -2.5e3, 'a', \"b\", None, True, (1,)]", [1, -2500, "a", "b", null, true, [1]]],
    ["{'a': {'b': []}, 1: inf}", { a: { b: [] }, 1: null }],
    ["array([1., 2.], dtype=float32)", [1, 2]],
    ["['a' 'b'\n 'c']", ["a", "b", "c"]],
    ["'\\x41\\u00e9\\U0001F600\\101\\q\\\\'", "Aé😀A\\q\\"],
    ['{"a": "x\\/y", "b": [1,],}', { a: "x/y", b: [1] }],
    ['"\\ud83d\\ude00"', "😀"],
  ])("%s", (text, wanted) => expect(JSON.parse(JSON.stringify(pythonValue(text)))).toEqual(wanted));

  it.each([
    "",
    "[",
    "{'a'}",
    "{'a': 1",
    "print(1)",
    "[1] 2",
    "'open",
    "__import__('os')",
    "array(",
    "[".repeat(1000),
  ])("not %s", (text) => expect(pythonValue(text)).toBeUndefined());

  it("does not take a name for a prototype", () => {
    const value = pythonValue("{'__proto__': {'polluted': 1}}") as object;
    expect(Object.hasOwn(value, "__proto__")).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("reads any JSON as JSON.parse does, and never throws", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.string({ unit: fc.constantFrom("'", '"', "\\", "[", "{", ":", ",", "a", "1", "(") }),
        (value, noise) => {
          const text = JSON.stringify(value);
          expect(JSON.stringify(pythonValue(text))).toBe(JSON.stringify(JSON.parse(text)));
          pythonValue(noise);
          pythonValue(text + noise);
        },
      ),
      { numRuns: 500 },
    );
  });

  // In time that grows with the text: squared it would take longer than any test may.
  it("reads hundreds of thousands of texts and escapes", () => {
    const long = `[${"'a', ".repeat(400_000)}'\\n']`;
    expect(pythonValue(long)).toHaveLength(400_001);
    pythonValue("'\\".repeat(400_000));
    expect(pythonValue(`'${"a\\n".repeat(400_000)}'`)).toHaveLength(800_000);
  });
});

describe("JSON documents and lists", () => {
  it.each([
    ["splits", { train: rows.slice(0, 2), test: rows.slice(2) }],
    ["splits inside an object", { version: 2, data: { train: rows.slice(0, 2), test: rows.slice(2) } }],
    [
      "splits with facts about them",
      { info: [{ name: "train" }, { name: "test" }], train: rows.slice(0, 1), test: rows.slice(1) },
    ],
    [
      "a page of Hugging Face's viewer",
      { features: [{ feature_idx: 0, name: "prompt" }], rows: rows.map((row, i) => ({ row_idx: i, row })) },
    ],
  ])("reads all rows of %s", async (_, value) => {
    const { prompts: got, problems } = await read("a.json", JSON.stringify(value));
    expect([got, problems]).toEqual([prompts, []]);
  });

  it.each([
    ["rows by key", { a: rows[0], b: { prompt: "{" }, c: rows[2] }],
    ["a list", { version: '"[', data: [rows[0], { prompt: "{" }, rows[2]] }],
    ["splits in an object", { v: 1, all: { x: [rows[0], { prompt: "{" }], y: [rows[2]] } }],
  ])("names the line of a row in %s", async (_, value) => {
    const text = `\n${JSON.stringify(value, null, 1)}`;
    const { problems, groups } = await read("a.json", text);
    // A row begins on the line before its first column.
    const lineOf = (prompt: string) =>
      text.slice(0, text.indexOf(`"prompt": "${prompt}"`)).split("\n").length - 1;
    expect(problems).toMatchObject([{ row: 2, line: lineOf("{") }]);
    expect(groups.map(({ line }) => line)).toEqual([prompts[0]!, prompts[2]!].map(lineOf));
  });

  it("takes rows by key that hold conversations for rows, not the conversations for lists of rows", async () => {
    const side = (answer: string) => [
      { role: "user", content: "q" },
      { role: "assistant", content: answer },
    ];
    const keyed = Object.fromEntries(["a", "b"].map((key) => [key, { good: side(key), bad: side("no") }]));
    const { dataset, counts } = await importFiles([fileOf("a.json", JSON.stringify(keyed))], {
      mapping: { chosen: "good", rejected: "bad" },
    });
    expect(counts).toMatchObject({ rowsRead: 2, rowsKept: 2 });
    expect(dataset.groups.map(({ responses }) => responses[0]!.text)).toEqual([" a", " b"]);
  });

  it("names no line where other objects stand in the place of rows", async () => {
    const value = { features: [{ name: "prompt" }], rows: [{ prompt: "q" }, rows[0], rows[1]] };
    const { problems } = await read("a.json", JSON.stringify(value, null, 1));
    expect(problems.map(({ row, line }) => [row, line])).toEqual([[1, undefined]]);
  });

  it("reads every list of a file, and names what is none", async () => {
    for (const chunk of [1, 65536]) {
      const lists = `${JSON.stringify(rows.slice(0, 2))}\n${JSON.stringify(rows.slice(2))}\n`;
      expect((await read("a.json", lists, chunk)).prompts).toEqual(prompts);
      const more = await read("a.json", `${lists}the end\n`, chunk);
      expect(more.prompts).toEqual(prompts);
      expect(more.problems).toMatchObject([
        { line: 3, what: expect.stringContaining("follows the end of the list") },
      ]);
    }
  });

  it("loses one element to a quote or bracket too many or too few, not those after it", async () => {
    const row = (i: number) => ({ ...pairRow(i), more: { list: [i, "x"] } });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 6 }),
        fc.nat(),
        fc.nat(),
        fc.boolean(),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 1, max: 90 }),
        async (count, which, where, twice, indent, chunk) => {
          const texts = Array.from({ length: count }, (_, i) =>
            JSON.stringify(row(i), null, indent).replaceAll("\n", `\n${" ".repeat(indent)}`),
          );
          const k = which % count;
          const marks = [...texts[k]!.matchAll(/["{}[\]]/g)].map(({ index }) => index);
          const at = marks[where % marks.length]!;
          texts[k] =
            texts[k]!.slice(0, at) + (twice ? texts[k]![at]! : "") + texts[k]!.slice(twice ? at : at + 1);
          const list = `[\n${texts.map((text) => " ".repeat(indent) + text).join(",\n")}\n]`;
          const { prompts: got, problems } = await read("a.json", list, chunk);
          const others = Array.from({ length: count }, (_, i) => row(i).prompt).filter((_, i) => i !== k);
          expect(got.filter((prompt) => prompt !== row(k).prompt)).toEqual(others);
          expect(got.length === count || problems.length > 0).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });
});
