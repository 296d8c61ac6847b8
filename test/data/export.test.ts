import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import { datasetRows, type Findings, type GroupColumns, trlRows, write } from "../../src/data/export.ts";
import { exportFiles } from "../../src/data/export-file.ts";
import { importFiles } from "../../src/data/import.ts";
import { describeShared, sharedPath } from "../shared.ts";
import { fileAt, fileOf, gzipped, jsonl, pairRow } from "./helpers.ts";

/** Made-up but recognisable numbers for every response. */
function findingsOf(dataset: Dataset): Findings {
  const groups = new Map<string, GroupColumns>();
  for (const [g, group] of dataset.groups.entries()) {
    groups.set(group.id, {
      responses: group.responses.map((_, i) => ({ logRatio: g + i / 10, h: 1 + i, probability: 0.5 })),
      weight: g + 0.25,
      fold: g % 5,
      split: "train",
    });
  }
  return { groups };
}

const text = async (pieces: AsyncIterable<string>) => {
  let all = "";
  for await (const piece of pieces) all += piece;
  return all;
};
const lines = (of: string) =>
  of
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("the original file with what was found", () => {
  const original = [
    '{"id": 12345678901234567890, "prompt": "q1", "chosen": "a", "rejected": "b", "x": 1.0}',
    '{"id": 2, "prompt": "q2", "chosen": "only"}',
    "broken",
    '{"weight": 7, "prompt": "q3", "chosen": "c", "rejected": "d", "x": {"deep": [1]}}',
    "{}",
  ].join("\n");

  it("goes as far as the import where a file breaks off", async () => {
    const rows = jsonl([pairRow(1), pairRow(2)]);
    for (const file of [
      fileOf("a.jsonl.gz", Buffer.concat([gzipSync(rows), Buffer.from("more")])),
      fileOf("a.json", `[${rows.trimEnd().replace("\n", ",")}`),
    ]) {
      const { dataset } = await importFiles([file]);
      for (const container of ["jsonl", "csv"] as const) {
        const out = await text(exportFiles([file], dataset, findingsOf(dataset), container));
        expect(out.trim().split("\n")).toHaveLength(container === "csv" ? 3 : 2);
      }
    }
  });

  it("keeps order, columns and digits; empty columns where a row was left out", async () => {
    const file = fileOf("a.jsonl", original, 11);
    const { dataset } = await importFiles([file]);
    const out = await text(exportFiles([file], dataset, findingsOf(dataset), "jsonl"));
    expect(out.split("\n")[0]).toMatch(
      /^\{"id": 12345678901234567890, "prompt": "q1", .*"x": 1\.0,"log_ratio":\[0,0\.1\]/,
    );
    const rows = lines(out);
    expect(rows).toHaveLength(4);
    // One row has a weight of its own: what is added is called alike in all.
    expect(rows[0]).toMatchObject({ h: [1, 2], tilt_weight: 0.25, fold: 0, split: "train" });
    expect(rows[0]).toMatchObject({ source: [null, null] });
    expect(rows[1]).toMatchObject({ id: 2, chosen: "only", log_ratio: null, tilt_weight: null });
    expect(rows.map((row) => row.weight)).toEqual([undefined, undefined, 7, undefined]);
    expect(rows[2]).toMatchObject({ weight: 7, tilt_weight: 1.25, log_ratio: [1, 1.1], x: { deep: [1] } });
    expect(rows[3]).toMatchObject({ log_ratio: null });
  });

  it("keeps every digit of whole numbers in CSV, and formulas as they stand", async () => {
    const file = fileOf("a.jsonl", original.replace('"q2"', '"=1+1"'));
    const { dataset } = await importFiles([file]);
    const out = await text(exportFiles([file], dataset, findingsOf(dataset), "csv"));
    expect(out.split("\r\n").map((line) => line.split(",").slice(0, 2))).toMatchObject([
      ["id", "prompt"],
      ["12345678901234567890", "q1"],
      ["2", "=1+1"],
      ["", "q3"],
      ["", ""],
      [""],
    ]);
  });

  it("writes CSV that reads back, from indented JSON in an archive", async () => {
    const rows = [
      { prompt: 'q "1"', chosen: "a,\nb", rejected: " b" },
      { prompt: "q2", chosen: "c", rejected: "d", extra: [1, 2] },
    ];
    const file = gzipped("a.json", JSON.stringify(rows, null, 2), 13);
    const { dataset } = await importFiles([file]);
    const out = await text(exportFiles([file], dataset, findingsOf(dataset), "csv"));
    expect(out.split("\r\n")[0]).toBe(
      "prompt,chosen,rejected,extra,log_ratio,h,probability,weight,fold,split,source",
    );
    const again = await importFiles([fileOf("b.csv", out)]);
    expect(again.dataset.problems).toEqual([]);
    expect(
      again.dataset.groups.map(({ prompt, responses }) => [prompt, ...responses.map((r) => r.text)]),
    ).toEqual(rows.map((row) => [row.prompt, row.chosen, row.rejected]));
    expect(again.dataset.groups.map(({ weight }) => weight)).toEqual([0.25, 1.25]);
  });

  it("can be exported again: earlier findings become columns of the file", async () => {
    const row = { prompt: "q", chosen: "a", rejected: "b" };
    let file = fileOf("a.jsonl", jsonl([row]));
    for (let pass = 0; pass < 3; pass++) {
      const { dataset } = await importFiles([file]);
      file = fileOf("a.csv", await text(exportFiles([file], dataset, findingsOf(dataset), "csv")));
    }
    const { dataset } = await importFiles([file]);
    const [last] = lines(await text(exportFiles([file], dataset, findingsOf(dataset), "jsonl")));
    expect(Object.keys(last!).filter((name) => name.endsWith("fold"))).toEqual([
      "fold",
      "tilt_fold",
      "tilt_tilt_fold",
      "tilt_tilt_tilt_fold",
    ]);
  });

  it("finds the pieces of groups that are spread over rows", async () => {
    const rows = [
      { Prompt: "p1", Human: "h1", Story: "s1", Model: "m1" },
      { Prompt: "p2", Human: "h2", Story: "s2", Model: "m1" },
      { Prompt: "p1", Human: "h1", Story: "s3", Model: "m2" },
    ];
    const file = fileOf("a.jsonl", jsonl(rows));
    const { dataset } = await importFiles([file]);
    const out = lines(await text(exportFiles([file], dataset, findingsOf(dataset), "jsonl")));
    expect(out.map((row) => row.log_ratio)).toEqual([
      [0, 0.1],
      [1, 1.1],
      [0, 0.2],
    ]);
    expect(out.map((row) => row.source)).toEqual([
      ["human", "m1"],
      ["human", "m1"],
      ["human", "m2"],
    ]);
  });
});

describe("without the original file", () => {
  const rows = [{ query: "q", responses: ["a", "b", "c"], scores: [3, 1, 2], sources: ["human", "m", "m"] }];

  it("writes rows that Tilt reads back", async () => {
    const { dataset } = await importFiles([fileOf("a.jsonl", jsonl(rows))]);
    const out = await text(write(datasetRows(dataset, findingsOf(dataset)), "jsonl"));
    const again = await importFiles([fileOf("b.jsonl", out)]);
    expect(again.dataset).toMatchObject({ format: "dora", sources: ["human", "m"], target: 0, problems: [] });
    expect(again.dataset.groups[0]).toMatchObject({
      prompt: "q",
      weight: 0.25,
      responses: [{ text: "a", score: 3, prob: 0.5 }, { score: 1 }, { score: 2 }],
    });
    const csv = await text(write(datasetRows(dataset, findingsOf(dataset)), "csv"));
    expect((await importFiles([fileOf("b.csv", csv)])).dataset.groups[0]!.responses).toHaveLength(3);
  });

  it("writes a TRL file with a weight per pair", async () => {
    const { dataset } = await importFiles([fileOf("a.jsonl", jsonl(rows))]);
    const found = findingsOf(dataset);
    const all = [...trlRows(dataset, found)];
    expect(all.map(({ chosen, rejected }) => [chosen, rejected])).toEqual([
      ["a", "b"],
      ["a", "c"],
      ["c", "b"],
    ]);
    expect(all[0]).toMatchObject({ prompt: "q", weight: 0.25, chosen_source: "human", rejected_source: "m" });
    const trained = [
      ...trlRows(dataset, { ...found, pairs: [{ group: "1", chosen: 2, rejected: 1, h: 0.5, weight: 3 }] }),
    ];
    expect(trained).toMatchObject([{ chosen: "c", rejected: "b", h: 0.5, weight: 3, log_ratio_chosen: 0.2 }]);
    const out = await text(write(trained, "jsonl"));
    const again = await importFiles([fileOf("trl.jsonl", out)]);
    expect(again.dataset).toMatchObject({ format: "trl", sources: ["m"], problems: [] });
    expect(again.dataset.groups[0]!.weight).toBe(3);
  });
});

describeShared("real files given back", () => {
  it("every row of QA-Feedback, the original columns unchanged", async () => {
    const file = fileAt(sharedPath("data", "qa_feedback", "dev_feedback.json"));
    const { dataset } = await importFiles([file]);
    const rows = lines(await text(exportFiles([file], dataset, findingsOf(dataset), "jsonl")));
    expect(rows).toHaveLength(500);
    expect(rows.every((row) => (row.log_ratio as number[]).length === 5)).toBe(true);
    expect(rows[7]!.question).toBe(dataset.groups[7]!.prompt);
  });

  it("HANNA's table: 576 rows, each with the two responses it holds", async () => {
    const file = fileAt(sharedPath("data", "hanna", "hanna_llm_stories.csv"));
    const { dataset } = await importFiles([file]);
    const csv = await text(exportFiles([file], dataset, findingsOf(dataset), "csv"));
    const again = await importFiles([fileOf("again.csv", csv)]);
    expect(again.counts).toMatchObject({ rowsRead: 576, groups: 96, responses: 672 });
    expect(csv.split("\r\n")[0]).toBe(
      ",Prompt,Human,Story,Model,log_ratio,h,probability,weight,fold,split,source",
    );
  });
});
