import { expect, it } from "vitest";
import { bibtex, inWords } from "../../src/experiment/report/bibtex.ts";
import { citationOf, citationsFor } from "../../src/objective/citations.ts";
import { LOSSES } from "../../src/objective/losses/index.ts";
import { STRATEGIES } from "../../src/objective/strategies/index.ts";
import { OURS } from "../../src/objective/strategies/iw_kl_dro.ts";

const used = (changes: object) => ({
  loss: "dpo",
  strategy: "dora_inside",
  estimator: "exact",
  lambdaBudget: 0,
  loraRank: 0,
  ...changes,
});

it.each([...LOSSES, ...STRATEGIES].filter(({ paper }) => paper !== OURS))(
  "$id has a citation that agrees with the registry",
  ({ paper }) => {
    const citation = citationOf(paper)!;
    expect(citation).toBeDefined();
    expect([citation.year, citation.arxiv]).toEqual([paper.year, paper.arxiv]);
    // The short form names the same people: family names, in order.
    const families = paper.authors.replace(/ et al\.$/, "").split(", ");
    families.forEach((family, i) => {
      expect(citation.authors[i]).toContain(family);
    });
    if (!paper.authors.endsWith("et al.")) expect(citation.authors).toHaveLength(families.length);
  },
);

it("a run cites DoRA, its loss, its strategy and what else it used, each once", () => {
  const keys = (...runs: object[]) => citationsFor(runs.map(used)).map(({ key }) => key);
  expect(keys({})).toEqual(["zhu2025leveraging", "rafailov2023direct"]);
  expect(keys({ strategy: "iw_kl_dro" }, { strategy: "erm", loss: "simpo" })).toEqual([
    "zhu2025leveraging",
    "rafailov2023direct",
    "meng2024simpo",
    "vapnik1991principles",
  ]);
  expect(keys({ estimator: "storm", loraRank: 8 })).toEqual([
    "zhu2025leveraging",
    "rafailov2023direct",
    "qi2021online",
    "hu2021lora",
  ]);
  expect(keys({ estimator: "running", lambdaBudget: 0.1 })).toContain("qi2023stochastic");
  // ERM takes no log-mean-exp, so its estimator does nothing.
  expect(keys({ strategy: "erm", estimator: "storm" })).not.toContain("qi2021online");
});

it("keys are unique, and entries are BibTeX", () => {
  const all = citationsFor(
    [...LOSSES].flatMap(({ id }) => STRATEGIES.map((s) => used({ loss: id, strategy: s.id }))),
  );
  expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
  const text = bibtex(all);
  expect(text.match(/^@(inproceedings|article|misc)\{/gm)).toHaveLength(all.length);
  expect(text).not.toMatch(/undefined|\{\}/);
  for (const entry of text.trim().split("\n\n")) {
    let depth = 0;
    for (const character of entry) depth += character === "{" ? 1 : character === "}" ? -1 : 0;
    expect(depth).toBe(0);
  }
  expect(text).toContain("Van Durme, Benjamin");
  expect(text).toContain("Munos, R{\\'e}mi");
  expect(text).toContain("number = {3}");
  expect(text).toContain("{SLiC-HF}: Sequence");
  expect(inWords(all[0]!)).toContain("Mingye Zhu et al.");
});
