/** The exported Python against the golden numbers and against the page's own strategies, with Debian's PyTorch. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.ts";
import type { UnitInfo } from "../../src/experiment/events.ts";
import { stepper } from "../../src/experiment/learning_rate.ts";
import { parseSpec, withFields } from "../../src/experiment/spec.ts";
import { TRL_LOSSES, TRL_STRATEGIES, trlScript } from "../../src/experiment/trl_script.ts";
import { strategyById } from "../../src/objective/strategies/index.ts";
import { resolveStrategyParams } from "../../src/objective/strategies/strategy.ts";
import { encodeGroups } from "../../src/text/encoding.ts";
import { byteTokenizer } from "../../src/text/tokenizer_bytes.ts";

const units: UnitInfo[] = [0.5, 1.75].map((h, i) => ({
  group: String(i),
  row: i + 1,
  responses: [0, 1],
  source: 0,
  h,
}));
const run = (changes: Parameters<typeof withFields>[1] = {}, name = "DoRA") =>
  trlScript({ spec: withFields(parseSpec({}), changes), units, name, id: "2026-01-01" });

describe("the script for other machines", () => {
  it("carries the run's settings", () => {
    const { "train.py": train } = run(
      { "train.lambda": 0.25, "train.loss": "ipo", "train.batch": 32, "train.loraRank": 8 },
      'Über "λ"\n\\',
    );
    expect(train).toContain('"run": "\\u00dcber \\"\\u03bb\\"\\n\\\\ (2026-01-01)"');
    expect(train).toContain('"loss": "ipo"');
    expect(train).toContain('"average": True');
    expect(train).toMatch(/"strategy_params": \{[^}]*"lam": 0\.25/);
    expect(train).toContain('"mean_h": 1.125');
    expect(train).toContain('"batch": 32');
    expect(train).toContain('"lora_rank": 8');
    expect(train.match(/^CONFIG = /gm)).toHaveLength(1);
    expect(train).not.toContain("a template");
  });

  it("says what it cannot train", () => {
    expect(() => run({ "train.strategy": "chi2_penalized" })).toThrow(/χ²-DRO, penalised/);
    expect(() => run({ "train.loss": "lire", "train.strategy": "erm" })).toThrow(/LIRE/);
    expect(TRL_STRATEGIES).toEqual(
      expect.arrayContaining(
        "erm reweight reweight_sn kl_dro dora_inside dora_outside iw_kl_dro drdpo sharp".split(" "),
      ),
    );
    expect(TRL_LOSSES).toEqual(expect.arrayContaining("dpo robust_dpo ipo hinge simpo dpo_pl".split(" ")));
  });
});

/** Debian's Python first: it sees Debian's PyTorch, which others on the path do not. */
function findPython(): string | undefined {
  return ["/usr/bin/python3", "python3"].find((python) => {
    try {
      execFileSync(python, ["-c", "import torch"], { stdio: "ignore", timeout: 60_000 });
      return true;
    } catch {
      return false;
    }
  });
}

const python = findPython();
if (!python) {
  console.warn(
    "\n!!! SKIPPED: the exported Python is not checked, because no python3 here has PyTorch.\n!!! To check it: apt-get install python3-torch\n",
  );
}

interface Case {
  readonly objective: string;
  readonly wrapper: string;
  readonly kind?: string;
}
const golden = (file: string): Case[] =>
  JSON.parse(readFileSync(new URL(`../goldens/${file}.json`, import.meta.url), "utf8")).cases;

/** Random batches judged by the page's own code: covers strategies that have no goldens, and a mean h of the training set. */
function judgedHere(): unknown[] {
  const draws = stream(3, "test/trl");
  return TRL_STRATEGIES.flatMap((id) =>
    [1, 7].flatMap((size) =>
      [undefined, 1.3].map((meanH) => {
        const strategy = strategyById(id);
        const losses = Array.from({ length: size }, () => 3 * draws.uniform());
        const h = Array.from({ length: size }, (_, i) => (i === 3 ? 0 : 2 * draws.uniform()));
        const params = resolveStrategyParams(strategy, {});
        const { value, gradient } = strategy.evaluate({ losses, h, ...(meanH && { meanH }) }, params);
        return {
          id: `${id} of ${size}, mean h ${meanH}`,
          wrapper: id,
          params,
          mean_h: meanH ?? null,
          inputs: { losses, h },
          outputs: { value, grad_losses: gradient },
        };
      }),
    ),
  );
}

/** Learning rates of every step, as the page sets them. */
function schedulesHere(): unknown[] {
  return (["constant", "linear", "cosine"] as const).map((schedule) => {
    const settings = { lr: 0.3, steps: 12, warmup: 0.2, schedule };
    const { set } = stepper({ ...settings, weightDecay: 0, clip: 1 });
    return { id: schedule, config: settings, rates: Array.from({ length: 12 }, (_, step) => set(step)) };
  });
}

/** Pairs as tokens, as the page makes and cuts them, for models that begin texts with a token and for those that do not. */
function encodedHere(): unknown[] {
  const rows = [
    { prompt: "ask", chosen: "yes", rejected: "no" },
    { prompt: "", chosen: "é", rejected: "" },
    { prompt: "a prompt that is long", chosen: "short", rejected: "s" },
    { prompt: "a prompt that is long", chosen: "and a response that is longer still", rejected: "brief" },
    { prompt: "hm", chosen: "a response that is longer than its share of the room", rejected: "brief" },
  ];
  const models = [
    { bos: null, begins: false },
    { bos: 300, begins: false },
    { bos: 300, begins: true },
  ];
  return models.flatMap(({ bos, begins }) =>
    [16, 24, 100].flatMap((limit) =>
      rows.map((row, i) => {
        const tokenizer = { ...byteTokenizer(), bosId: begins ? bos : null };
        const responses = [row.chosen, row.rejected].map((text) => ({ text, source: 0, score: 0 }));
        const [group] = encodeGroups([{ prompt: row.prompt, responses }], tokenizer, limit).groups;
        const [prompt, chosen, rejected] = [group!.prompt, ...group!.responses].map((ids) => [...ids]);
        const id = `row ${i}, BOS ${bos} ${begins ? "written" : "not written"}, limit ${limit}`;
        return { id, bos, begins, limit, row, tokens: { prompt, chosen, rejected } };
      }),
    ),
  );
}

describe.skipIf(!python)("the exported Python, with PyTorch", () => {
  const folder = mkdtempSync(join(tmpdir(), "tilt-trl-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("agrees with the goldens and with the page; pieces and processes change nothing", {
    timeout: 240_000,
  }, () => {
    const knows = ({ wrapper }: Case) => TRL_STRATEGIES.includes(wrapper);
    const pairLosses = TRL_LOSSES.filter((id) => id !== "dpo_pl");
    const cases = {
      pairwise: golden("pairwise").filter(({ objective }) => pairLosses.includes(objective)),
      listwise: golden("listwise").filter(({ objective }) => objective === "dpo_pl"),
      robust: [...golden("robust").filter(knows), ...judgedHere()],
      schedule: schedulesHere(),
      encoded: encodedHere(),
      end_to_end: golden("end_to_end").filter(
        (of) => of.kind === "pairwise" && knows(of) && pairLosses.includes(of.objective),
      ),
    };
    for (const [name, text] of Object.entries(run())) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, "request.json"), JSON.stringify({ cases, loop: true }));
    const check = new URL("trl_check.py", import.meta.url).pathname;
    const out = execFileSync(python!, ["-B", check, folder, join(folder, "request.json")], {
      encoding: "utf8",
      timeout: 230_000,
      // Its matrices are tiny: threads would only wait for each other.
      env: { ...process.env, OMP_NUM_THREADS: "1" },
    });
    const report = JSON.parse(out) as { cases: object; checked: number; failures: string[]; config: object };
    expect(report.failures).toEqual([]);
    expect(report.config).toMatchObject({ strategy: "dora_inside", loss: "dpo", mean_h: 1.125 });
    expect(report.cases).toEqual({
      pairwise: 55,
      listwise: 6,
      robust: cases.robust.length,
      end_to_end: 110,
      schedule: 3,
      encoded: 45,
    });
    expect(report.checked).toBeGreaterThan(700);
  });
});
