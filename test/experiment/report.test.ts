/** The report as text: whole, harmless, and true to its runs. */
import { describe, expect, it } from "vitest";
import { createCpuBackend } from "../../src/backend/cpu/cpu_backend.ts";
import { sha256 } from "../../src/base/sha256.ts";
import { checkRun } from "../../src/experiment/check.ts";
import { digestOfRecord } from "../../src/experiment/digest.ts";
import type { RunRecord } from "../../src/experiment/events.ts";
import type { JudgedItem, JudgedRun } from "../../src/experiment/judge_types.ts";
import { readRecord } from "../../src/experiment/read_record.ts";
import { figure } from "../../src/experiment/report/figure.ts";
import { markup } from "../../src/experiment/report/markup.ts";
import { reportFiles } from "../../src/experiment/report/report.ts";
import { complaint } from "./complaint.ts";
import { labOn, runTiny, tinySpec } from "./tiny.ts";

const made = "2026-01-02T03:04:05Z";
const lab = labOn(createCpuBackend());
const files = (
  records: readonly RunRecord[],
  link: string | null = null,
  judged: readonly JudgedRun[] = [],
) => {
  const all = reportFiles(
    records.map((record, i) => ({ record, link, judged: judged[i] ?? null })),
    made,
  );
  return Object.fromEntries(all.map(({ name, text }) => [name, text])) as Record<string, string>;
};

type Answer = readonly [text: string, reward: number | null];

function answered(prompt: string, policy: Answer, reference: Answer): JudgedItem {
  const worth = ([text, reward]: Answer) => ({ text, reward });
  return { prompt, draw: 0, policy: worth(policy), reference: worth(reference) };
}

function judgedRun(run: string, items: readonly JudgedItem[]): JudgedRun {
  const settings = { answers: items.length, seed: 1, temperature: 1, samples: 0 };
  const by = { kind: "world", name: "Chatter" } as const;
  return { run, settings, by, prompts: items.length, items, world: null, seconds: 1 };
}

describe("a report", () => {
  it("says what was run, on what, and what came out; the JSON says the same", async () => {
    const dora = await runTiny(lab, tinySpec({ "train.lambda": 0.5 }));
    const erm = await runTiny(lab, tinySpec({ "train.strategy": "erm", seed: 2 }));
    const link = "https://example.org/tilt/#v=1&seed=2";
    const text = files([dora, erm], link);
    const page = text["report.html"]!;
    for (const words of [dora.digest, erm.digest, dora.datasetHash, "AUC", "λ", dora.environment.adapter])
      expect(page).toContain(words);
    expect(page).toContain('<a href="https://example.org/tilt/#v=1&amp;seed=2">');
    expect(page.match(/<svg /g)!.length).toBeGreaterThanOrEqual(4);
    // Nothing runs and nothing is fetched.
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\son\w+=|url\(/i);
    expect(page).toContain("default-src 'none'");
    const json = JSON.parse(text["report.json"]!);
    expect(json.runs.map((one: RunRecord) => one.digest)).toEqual([dora.digest, erm.digest]);
    expect(json.runs[0].changes["train.lambda"]).toBe(0.5);
    expect(json.runs[1].evaluation).toEqual(erm.evaluation);
    expect(text["references.bib"]).toMatch(/zhu2025leveraging.*rafailov2023direct.*vapnik1991/s);
  });

  it("says what the objective's rules warned of, run by run", async () => {
    const dro = await runTiny(lab, tinySpec({ "train.strategy": "kl_dro", "train.steps": 1 }));
    const page = files([dro])["report.html"]!;
    expect(dro.warnings).toHaveLength(1);
    expect(page).toContain(`<b>${dro.name}.</b> A log-mean-exp over 6 groups is biased towards plain ERM`);
  });

  it("shows a re-run beside what its link promised", async () => {
    const first = await runTiny(lab, tinySpec());
    const other = await runTiny(lab, tinySpec({ seed: 3 }));
    const page = files([{ ...other, check: checkRun(other, digestOfRecord(first)) }])["report.html"]!;
    expect(page).toContain("≠ different");
    expect(page).toMatch(/parts at \d/);
    const same = files([{ ...first, check: checkRun(first, digestOfRecord(first)) }])["report.html"]!;
    expect(same).toContain("= bit-identical");
  });

  it("shows what the policies wrote, and counts it", async () => {
    const dora = await runTiny(lab, tinySpec());
    const erm = await runTiny(lab, tinySpec({ "train.strategy": "erm" }));
    const better = answered("how?", ["so", 2], ["no", 1]);
    const only = answered("only one run was asked this", ["yes", 0], ["yes", 0]);
    const judged = [
      judgedRun(dora.id, [only, better, answered("why?", ["thus", 1], ["hm", null])]),
      judgedRun(erm.id, [answered("how?", ["eh", 0], ["no", 1])]),
    ];
    const text = files([dora, erm], null, judged);
    const page = text["report.html"]!;
    expect(page).toContain("exact human reward of Chatter");
    // Three answers, two wins, one tie; Wilson's interval of 2 in 3.
    expect(page).toContain(
      '<td class="num">3</td><td class="num">2</td><td class="num">1</td><td class="num">0</td><td class="num">20.8 to 93.9 %</td>',
    );
    for (const part of ["<b>how?</b>", "reward 2", "so</div>", "eh</div>"]) expect(page).toContain(part);
    expect(page).not.toContain("only one run was asked this");
    expect(JSON.parse(text["report.json"]!).runs[0].judged).toEqual(judged[0]);
    expect(files([dora])["report.html"]).not.toContain("Generated answers");
  });

  it("keeps hostile names harmless wherever they stand", async () => {
    const evil = `"><script>alert(1)</script><img src=x onerror='alert(2)'>\u0000`;
    const good = await runTiny(lab, tinySpec());
    const source = good.ratio!.bySource[0]!;
    const bad: RunRecord = {
      ...good,
      name: evil,
      datasetName: evil,
      datasetHash: evil,
      digest: evil,
      startedAt: evil,
      outcome: "failed",
      problem: { what: evil, where: evil, remedy: evil },
      environment: { ...good.environment, adapter: evil, agent: evil, fallback: evil },
      ratio: {
        ...good.ratio!,
        bySource: [{ ...source, source: evil }],
        warnings: [{ what: evil, remedy: evil }],
      },
      check: {
        ...checkRun(good, {
          ...digestOfRecord(good),
          hash: sha256("x"),
          environment: { backend: evil, adapter: evil, engine: evil },
        }),
      },
    };
    const page = files([bad], `javascript:${evil}`, [
      {
        ...judgedRun(bad.id, [answered(evil, [evil, 1], [evil, 0])]),
        by: { kind: "world", name: evil },
      },
    ])["report.html"]!;
    // What stands in quotes is an attribute's text; outside of them nothing may look like an event.
    expect(page.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<script|<img|<[^>]*\sonerror/i);
    expect(page).not.toMatch(/<script|<img/i);
    expect(page).not.toContain('href="javascript');
    expect(page).not.toContain("\u0000");
    expect(page).toContain("&lt;script&gt;");
  });
});

describe("its parts", () => {
  it("escape text and keep markup", () => {
    const inner = markup`<b>${"a < b & 'c'"}</b>`;
    expect(markup`<p title="${'"x"'}">${inner}${null}${[inner]}${3}</p>`.html).toBe(
      '<p title="&quot;x&quot;"><b>a &lt; b &amp; &#39;c&#39;</b><b>a &lt; b &amp; &#39;c&#39;</b>3</p>',
    );
  });

  it("draw lines of any range, flat ones and those with holes", () => {
    const chart = (points: [number, number][]) =>
      figure({ title: "T", unit: "u", lines: [{ label: "L", look: "l-erm", points }] })?.html ?? null;
    expect(chart([])).toBeNull();
    expect(chart([[0, Number.NaN]])).toBeNull();
    for (const points of [
      [[0, 0.5]],
      [
        [0, 1],
        [5, 1],
      ],
      [
        [0, 1e-12],
        [1, 1e12],
        [2, Number.NaN],
        [3, -5],
      ],
      Array.from({ length: 5000 }, (_, i) => [i, Math.sin(i)]),
    ] as [number, number][][]) {
      const drawn = chart(points)!;
      expect(drawn).not.toMatch(/NaN|Infinity/);
      expect(drawn.length).toBeLessThan(12_000);
    }
  });

  it("drop warnings that are none", async () => {
    const run = await runTiny(lab, tinySpec({ "train.strategy": "kl_dro", "train.steps": 1 }));
    expect(readRecord(run, "here").warnings).toEqual(run.warnings);
    for (const warnings of ["words", [1], { length: 1 }])
      expect(readRecord({ ...run, warnings }, "here").warnings).toBeUndefined();
  });

  it("refuse what is no run", () => {
    for (const wrong of [null, 3, {}, { id: "x" }, []])
      expect(complaint(() => readRecord(wrong, "x.json")).where).toBe("x.json");
  });
});
