/** The look before an import: the guess in roles, a mapping that reads the same, rows as they will be read. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { importFiles } from "../../src/data/import.ts";
import { look, rolesRead } from "../../src/data/look.ts";
import type { Mapping } from "../../src/data/mapping.ts";
import { reportText } from "../../src/data/report.ts";
import { describeShared, sharedPath } from "../shared.ts";
import { fileAt, fileOf, jsonl, pairRow } from "./helpers.ts";
import { sampleRows } from "./samples.ts";

vi.setConfig({ testTimeout: process.env.TILT_FUZZ_SEED ? 600_000 : 30_000 });

describe("the guess", () => {
  it("names columns that the file has, for every format", async () => {
    for (const [format, row] of Object.entries(sampleRows)) {
      const { guess, preview } = await look([fileOf("a.jsonl", jsonl([row]))]);
      expect(guess).toMatchObject({ format });
      expect(preview).toMatchObject({ rowsRead: 1, rowsKept: 1 });
      expect(preview.rows).toHaveLength(1);
      const { prompt, responses, scores, sources } = guess!.roles!;
      expect([format, responses.length > 0]).toEqual([format, true]);
      for (const name of [...prompt, ...responses, ...scores, ...sources])
        expect(Object.keys(row)).toContain(name.replace(/\[\].*$|\..*$/, ""));
    }
  });

  it("can be corrected: its mapping reads the very same groups", async () => {
    const mapped: string[] = [];
    for (const [format, row] of Object.entries(sampleRows)) {
      const file = fileOf("a.jsonl", jsonl([row]));
      const { guess } = await look([file]);
      if (!guess?.mapping) continue;
      const [guessed, byHand] = await Promise.all([
        importFiles([file]),
        importFiles([file], { mapping: guess.mapping }),
      ]);
      const plain = ({ dataset: { groups, unpaired, sources, target } }: typeof guessed) => ({
        groups,
        unpaired,
        sources,
        target,
      });
      // Formats with rules of their own (labels, nested lists) are only a start by hand.
      if (
        [
          "shp",
          "nemo-dpo",
          "safe-rlhf",
          "qa-feedback",
          "alpaca-eval-annotations",
          "hanna",
          "hc3",
          "nectar",
          "ultrafeedback-raw",
        ].includes(format)
      )
        continue;
      expect({ format, ...plain(byHand) }).toEqual({ format, ...plain(guessed) });
      mapped.push(format);
    }
    expect(mapped).toEqual(
      expect.arrayContaining(["dora", "rrhf", "trl", "trl-implicit", "hh-rlhf", "m4", "kto", "argilla"]),
    );
  });

  it("shows three rows under another mapping and template, and where that mapping fails", async () => {
    const rows = [1, 2, 3, 4].map((i) => ({ q: `Why ${i}?`, good: `a${i}`, bad: i === 2 ? "" : `b${i}` }));
    const files = [fileOf("odd.jsonl", jsonl(rows))];
    const mapping: Mapping = { prompt: "q", chosen: "good", rejected: "bad" };
    const choices = { mapping, template: "chatml" } as const;
    const seen = await look(files, choices);
    expect(seen.preview).toMatchObject({ rowsRead: 4, rowsKept: 3, pairs: 3 });
    expect(seen.preview.rows.map(({ row }) => row)).toEqual([1, 3, 4]);
    expect(seen.preview.rows[0]!.prompt).toBe("<|im_start|>user\nWhy 1?<|im_end|>\n<|im_start|>assistant\n");
    expect(seen.preview.rows[0]!.responses.map(({ wins }) => wins)).toEqual([1, 0]);
    expect(seen.preview.problems[0]).toMatchObject({ row: 2, field: "bad" });
    expect(rolesRead(seen, choices)).toMatchObject({ prompt: ["q"], responses: ["good", "bad"] });
  });

  it("reads only the head of each file, and joins the heads of several", async () => {
    let pulled = 0;
    const many = Array.from({ length: 20_000 }, (_, i) => pairRow(i));
    const file = fileOf("a.jsonl", jsonl(many), 4096);
    const counting = {
      ...file,
      stream: () => {
        const reader = file.stream().getReader();
        return new ReadableStream<Uint8Array>({
          async pull(controller) {
            const { value, done } = await reader.read();
            if (done) return controller.close();
            pulled += value.length;
            controller.enqueue(value);
          },
        });
      },
    };
    await look([counting]);
    expect(pulled).toBeLessThan(file.size / 4);
    const outputs = (by: string) =>
      fileOf(
        `${by}.json`,
        JSON.stringify(
          [1, 2, 3].map((i) => ({ instruction: `do ${i}`, output: `${by} ${i}`, generator: by })),
        ),
      );
    const joined = await look([outputs("one"), outputs("two")]);
    expect(joined.preview.rows[0]!.responses.map(({ source }) => source)).toEqual(["one", "two"]);
    expect(joined.preview.rows[0]).toMatchObject({ file: "one.json", row: 1 });
  });

  it("takes the file's name as the source where asked, and weights and probabilities by column", async () => {
    const one = (text: string) => jsonl([{ q: "?", a: text }]);
    const byFile = await importFiles([fileOf("people.jsonl", one("x")), fileOf("gpt.jsonl", one("y"))], {
      mapping: { prompt: "q", response: "a", sourceFromFile: true, target: "people" },
    });
    expect(byFile.dataset).toMatchObject({ sources: ["people", "gpt"], target: 0 });
    expect(byFile.dataset.groups[0]!.preferences).toEqual([[0, 1]]);
    const weighed = await importFiles(
      [fileOf("w.jsonl", jsonl([{ q: "?", a: "x", b: "y", w: 2.5, pa: 0.9, pb: "0.2" }]))],
      { mapping: { prompt: "q", chosen: "a", rejected: "b", weight: "w", probs: ["pa", "pb"] } },
    );
    expect(weighed.dataset.groups[0]).toMatchObject({
      weight: 2.5,
      responses: [{ prob: 0.9 }, { prob: 0.2 }],
    });
    const wrong = await importFiles([fileOf("w.jsonl", jsonl([{ q: "?", a: "x", b: "y", pa: 7, pb: 0 }]))], {
      mapping: { prompt: "q", chosen: "a", rejected: "b", probs: ["pa", "pb"] },
    });
    expect(wrong.dataset.problems[0]).toMatchObject({ field: "pa" });
  });

  it("any mapping over any rows is read or named, never thrown", async () => {
    const names = ["a", "b", "c", "d.e", "d[]", "d[].e", "[]", "", "__proto__"];
    const name = fc.constantFrom(...names);
    const list = fc.array(fc.option(name, { nil: "" }), { maxLength: 3 });
    const mapping = fc.record(
      {
        prompt: name,
        chosen: name,
        rejected: name,
        responses: fc.array(name, { minLength: 1, maxLength: 3 }),
        response: name,
        label: name,
        scores: list,
        probs: list,
        sourceColumns: list,
        weight: name,
        better: name,
        lowerIsBetter: fc.boolean(),
        sourceFromFile: fc.boolean(),
        target: fc.string({ maxLength: 4 }),
      },
      { requiredKeys: [] },
    );
    const text = fc.constantFrom("x", "yes", "a");
    const inside = fc.array(fc.record({ e: fc.oneof(text, fc.jsonValue({ maxDepth: 1 })) }), {
      maxLength: 3,
    });
    const row = fc.dictionary(
      fc.constantFrom("a", "b", "c", "d", ""),
      fc.oneof(fc.jsonValue({ maxDepth: 2 }), text, inside),
    );
    await fc.assert(
      fc.asyncProperty(
        mapping,
        fc.array(row, { minLength: 1, maxLength: 4 }),
        fc.constantFrom("as-is", "plain", "hh", "chatml"),
        async (by, rows, template) => {
          const choices = { mapping: by as Mapping, template } as const;
          const { preview } = await look([fileOf("a.jsonl", jsonl(rows))], choices);
          expect(preview.rowsRead).toBe(rows.length);
          expect(preview.rowsKept).toBeLessThanOrEqual(rows.length);
          structuredClone(preview);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("the report", () => {
  it("lists every problem by place, as JSON and as CSV that reads back", async () => {
    const text = `${jsonl([pairRow(1)])}{"prompt": "cut\n${jsonl([{ prompt: 'a "quoted", one', chosen: "x" }])}`;
    const { dataset, counts, files, notes } = await importFiles([fileOf("a.jsonl", text)]);
    const { problems, problemsOmitted } = dataset;
    const report = { dataset: dataset.name, counts, files, notes, problems, problemsOmitted };
    const json = JSON.parse(reportText(report, "json"));
    expect(json).toMatchObject({ counts: { rowsRead: 3, rowsKept: 1, rowsLeftOut: 2 } });
    expect(json.problems.map((one: { line: number }) => one.line)).toEqual([2, 3]);
    const csv = reportText({ ...report, problemsOmitted: 7 }, "csv");
    const lines = csv.trimEnd().split("\r\n");
    expect(lines[0]).toBe("effect,file,row,line,field,what,remedy,excerpt");
    expect(lines[2]).toMatch(/^left-out,a\.jsonl,3,3,rejected,/);
    expect(lines.at(-1)).toContain("7 more problems");
  });
});

describeShared("looks at real files", () => {
  it("show the answers of several models to one instruction", async () => {
    const names = ["alpaca-7b", "claude-2", "vicuna-13b"];
    const files = names.map((name) =>
      fileAt(sharedPath("data", "alpaca_eval", `${name}.model_outputs.json`)),
    );
    const { guess, preview } = await look(files);
    expect(guess).toMatchObject({ format: "alpaca-eval", roles: { prompt: ["instruction"] } });
    expect(preview.sources).toHaveLength(3);
    expect(preview.rows[0]!.responses).toHaveLength(3);
    const csv = await look([fileAt(sharedPath("data", "hanna", "hanna_llm_stories.csv"))]);
    expect(csv.preview).toMatchObject({ target: "human" });
    expect(csv.guess!.roles!.responses).toEqual(["Human", "Story"]);
  });
});
