import { expect, it } from "vitest";
import { pairsOf } from "../../src/data/dataset.ts";
import { importFiles } from "../../src/data/import.ts";
import { describeShared, sharedPath } from "../shared.ts";
import { fileAt } from "./helpers.ts";

const data = (...parts: string[]) => fileAt(sharedPath("data", ...parts));

describeShared("real data sets", () => {
  it("QA-Feedback: five answers, the human one first and preferred; ties give no pair", async () => {
    const file = data("qa_feedback", "dev_feedback.json");
    const { dataset, counts, notes } = await importFiles([file]);
    expect(dataset).toMatchObject({
      format: "qa-feedback",
      sources: ["human", "model"],
      target: 0,
      problems: [],
    });
    expect(counts).toMatchObject({ rowsRead: 500, rowsKept: 500, groups: 500, responses: 2500 });
    // 3,000 labels, 384 of them ties, and the human answer over four others in each group.
    expect(counts.pairs).toBe(3000 - 384 + 2000);
    for (const group of dataset.groups) {
      expect(group.responses.map((response) => response.source)).toEqual([0, 1, 1, 1, 1]);
      expect(group.responses[0]!.score).toBe(4);
      expect(group.responses.reduce((sum, response) => sum + response.score!, 0)).toBe(0);
    }
    expect(notes.join(" ")).toMatch(/gold/);

    const plain = await importFiles([file], { targetPreferred: false, passages: true });
    expect(plain.counts.pairs).toBe(3000 - 384);
    expect(plain.dataset.groups.filter((group) => pairsOf(group).length === 0)).toHaveLength(12);
    expect(plain.dataset.groups[0]!.responses[0]!.score).toBeNull();
    expect(plain.dataset.groups[0]!.prompt.length).toBeGreaterThan(1000);
    expect(plain.dataset.groups[0]!.prompt.endsWith("\n\nWhen does bloom by troye sivan come out?")).toBe(
      true,
    );
  });

  it("HH-RLHF: 4 empty turns and 5 rows with different prompts are left out by name", async () => {
    const { dataset, counts } = await importFiles([data("hh_rlhf", "harmless-base_test.jsonl.gz")]);
    expect(dataset).toMatchObject({ format: "hh-rlhf", sources: [], target: -1 });
    expect(counts).toMatchObject({
      rowsRead: 2312,
      rowsLeftOut: 9,
      rowsKept: 2303,
      groups: 2303,
      pairs: 2303,
    });
    expect(
      dataset.problems.filter((problem) => /empty/.test(problem.what)).map((problem) => problem.line),
    ).toEqual([87, 517, 926, 1104]);
    expect(dataset.problems.filter((problem) => /same prompt/.test(problem.what))).toHaveLength(5);
    for (const group of dataset.groups) {
      expect(group.prompt.startsWith("\n\nHuman:") && group.prompt.endsWith("\n\nAssistant:")).toBe(true);
    }
    const ruled = await importFiles([data("hh_rlhf", "harmless-base_test.jsonl.gz")], {
      sourceRule: { kind: "preferred-is-target" },
    });
    expect(ruled.dataset).toMatchObject({ sources: ["human", "synthetic"], target: 0 });
    expect(ruled.dataset.groups.every((group) => group.responses[0]!.source === 0)).toBe(true);
  });

  it("UltraFeedback, binarised: equal or empty sides are left out, equal scores give no pair", async () => {
    for (const [name, rows, same, empty, ties] of [
      ["train_clean.jsonl", 1000, 4, 2, 110],
      ["eval_clean.jsonl", 200, 1, 0, 24],
    ] as const) {
      const { dataset, counts } = await importFiles([data("ultrafeedback_binarized", name)]);
      expect(dataset.format).toBe("trl");
      const kept = rows - same - empty;
      expect(counts).toMatchObject({
        rowsRead: rows,
        rowsKept: kept,
        groups: kept,
        pairs: kept - ties,
        ties,
      });
      expect(dataset.problems.filter(({ what }) => /same text/.test(what))).toHaveLength(same);
      expect(dataset.problems.filter(({ what }) => /empty/.test(what))).toHaveLength(empty);
      expect(dataset.groups.every((group) => group.responses.every(({ score }) => score !== null))).toBe(
        true,
      );
    }
  });

  it("ShareGPT pairs: 299, prompts of 1 to 13 turns", async () => {
    const { dataset, counts } = await importFiles([data("sharegpt_dpo", "dpo_en_demo.json")]);
    expect(dataset.format).toBe("sharegpt-pair");
    expect(counts).toMatchObject({ rowsRead: 299, rowsKept: 299, groups: 299, pairs: 299 });
    const turns = dataset.groups.map(
      (group) => group.prompt.split(/\n\n(?:Human|System|Assistant): /).length - 1,
    );
    expect(Math.min(...turns)).toBe(1);
    expect(Math.max(...turns)).toBeGreaterThanOrEqual(13);
    const chatml = await importFiles([data("sharegpt_dpo", "dpo_en_demo.json")], { template: "chatml" });
    expect(chatml.dataset.groups[0]!.prompt).toMatch(/^<\|im_start\|>user\n.*<\|im_start\|>assistant\n$/s);
  });

  it("labelled single answers: 150 good, 150 bad", async () => {
    const { dataset, counts } = await importFiles([data("sharegpt_dpo", "kto_en_demo.json")]);
    expect(counts).toMatchObject({ rowsRead: 300, rowsKept: 300, groups: 0, unpaired: 300 });
    expect(dataset.unpaired.filter((item) => item.desirable)).toHaveLength(150);
  });

  it("conversations in parts: the common turns are the prompt", async () => {
    const { dataset, counts } = await importFiles([data("sharegpt_dpo", "v1_dpo_demo.jsonl")]);
    expect(dataset.format).toBe("messages-pair");
    expect(counts).toMatchObject({ rowsRead: 10, rowsKept: 10, pairs: 10 });
    expect(dataset.groups[0]!.prompt).toMatch(/^\n\nSystem: You are an AI assistant\..*\n\nAssistant:$/s);
  });

  it("NeMo: pairs, and reward-model lines in twos", async () => {
    const dpo = await importFiles([data("sharegpt_dpo", "nemo_dummy-dpo.jsonl")]);
    expect(dpo.counts).toMatchObject({ rowsRead: 100, rowsKept: 100, groups: 100 });
    expect(dpo.dataset.groups[0]!.responses[0]!.text).toBe("This is the chosen response.");
    const reward = await importFiles([data("sharegpt_dpo", "nemo_test-rm.jsonl")]);
    expect(reward.dataset.problems).toEqual([]);
    expect(reward.counts).toMatchObject({ rowsRead: 8, rowsKept: 8, groups: 4, pairs: 4 });
  });

  it("HC3: empty answers are skipped, literal backslash-n stays, repeated texts stay", async () => {
    const open = await importFiles([data("hc3", "open_qa.jsonl")]);
    expect(open.counts).toMatchObject({ rowsRead: 1187, rowsKept: 1187, groups: 1187, responses: 4733 });
    expect(open.dataset).toMatchObject({ sources: ["human", "chatgpt"], target: 0 });
    expect(
      open.dataset.groups.some((group) => group.responses.some(({ text }) => text.includes("\\n"))),
    ).toBe(true);
    const wiki = await importFiles([data("hc3", "wiki_csai.jsonl")]);
    expect(wiki.counts).toMatchObject({ groups: 842, responses: 1684, pairs: 842 });
    const texts = wiki.dataset.groups.flatMap((group) => group.responses.map(({ text }) => text));
    expect(texts.length - new Set(texts).size).toBe(71);
    expect((await importFiles([data("hc3", "open_qa.jsonl")], { targetPreferred: false })).counts.pairs).toBe(
      0,
    );
  });

  it("M4: human and Llama texts, named by the model column", async () => {
    for (const domain of ["reddit", "arxiv", "wikipedia"]) {
      const { dataset, counts } = await importFiles([data("m4_llama2", `test_${domain}_llama2.jsonl`)]);
      expect(counts).toMatchObject({ rowsRead: 100, rowsKept: 100, groups: 100, pairs: 100 });
      expect(dataset).toMatchObject({ sources: ["human", "llama-2-70b-chat"], target: 0 });
    }
  });

  it("TruthfulQA table: quoted line ends, 817 groups", async () => {
    const { dataset, counts } = await importFiles([
      data("truthfulqa_mgtbench", "TruthfulQA_chatgpt_prompt1.csv"),
    ]);
    expect(counts).toMatchObject({ rowsRead: 817, rowsKept: 817, groups: 817, responses: 1634 });
    expect(dataset).toMatchObject({ sources: ["human", "chatgpt"], target: 0 });
  });

  it("HANNA: a nameless column, the human story once per prompt; the ratings file is explained", async () => {
    const { dataset, counts } = await importFiles([data("hanna", "hanna_llm_stories.csv")]);
    expect(counts).toMatchObject({ rowsRead: 576, rowsKept: 576, groups: 96, responses: 672, pairs: 576 });
    expect(dataset.sources).toHaveLength(7);
    expect(dataset.sources[dataset.target]).toBe("human");
    const ratings = await importFiles([data("hanna", "hanna_metric_scores.csv")]);
    expect(ratings.counts).toMatchObject({ rowsRead: 11, rowsLeftOut: 11, groups: 0 });
    expect(ratings.dataset.problems[0]).toMatchObject({
      line: 2,
      remedy: expect.stringContaining("stories"),
    });
  });

  it("WritingPrompts: rows by key become groups by prompt; the lone story is named", async () => {
    const { dataset, counts } = await importFiles([data("wp_a", "wp_a.json")]);
    expect(counts).toMatchObject({ rowsRead: 400, rowsLeftOut: 1, groups: 187, responses: 399 });
    expect(dataset).toMatchObject({ sources: ["human", "model"], target: 0 });
    expect(dataset.problems).toHaveLength(1);
    expect(dataset.problems[0]!.what).toMatch(/only one response/);
  });

  it("AlpacaEval: files joined on the instruction, judgements in every spelling", async () => {
    const names = ["alpaca-7b", "claude-2", "vicuna-13b"];
    const outputs = ["text_davinci_003", "gpt4_0613", "falcon-7b-instruct", ...names].map((name) =>
      data("alpaca_eval", `${name}.model_outputs.json`),
    );
    const joined = await importFiles(outputs);
    expect(joined.counts).toMatchObject({ rowsRead: 6 * 202, rowsKept: 6 * 202 - 1, groups: 202, pairs: 0 });
    expect(joined.dataset.problems.map(({ row, field }) => [row, field])).toEqual([[127, "output"]]);
    expect(joined.dataset.sources).toHaveLength(6);
    const judged = await importFiles(
      [...outputs, ...names.map((name) => data("alpaca_eval", `${name}.annotations.json`))],
      {
        target: "text_davinci_003",
      },
    );
    expect(judged.counts).toMatchObject({ groups: 202, pairs: 3 * 202 - 6 });
    expect(judged.dataset.sources[judged.dataset.target]).toBe("text_davinci_003");
    // The judges saw another version of text_davinci_003's answers in 196 rows: those are responses of their own.
    expect(judged.counts.responses).toBe(joined.counts.responses + 196);
    const claude = await importFiles([data("alpaca_eval", "claude-2.annotations.json")]);
    const wins = claude.dataset.groups.filter(
      (group) => claude.dataset.sources[group.responses[group.preferences![0]![0]]!.source] === "claude-2",
    );
    expect(wins).toHaveLength(185);
  });

  it("keeps every text free of lone surrogates", async () => {
    const { dataset } = await importFiles([data("sharegpt_dpo", "dpo_en_demo.json")]);
    expect(dataset.groups.some((group) => /\p{Surrogate}/u.test(group.prompt))).toBe(false);
  });
});
