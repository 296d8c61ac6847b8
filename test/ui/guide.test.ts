/** The guide without a page: every entry has an address of its own, strings come from where they are used, search finds them. */
import { describe, expect, test } from "vitest";
import { decodeLink } from "../../src/experiment/link.ts";
import { FIELDS } from "../../src/experiment/spec.ts";
import { LOSSES } from "../../src/objective/losses/index.ts";
import { STRATEGIES } from "../../src/objective/strategies/index.ts";
import { hiddenParts, PART_IDS } from "../../src/ui/embed/parts.ts";
import { embedAddress, snippetOf } from "../../src/ui/embed/snippet.ts";
import { found, sectionsOf } from "../../src/ui/guide/entries.ts";
import { fragmentOf, routeOf, settingEntry } from "../../src/ui/route.ts";
import { guideContent } from "../../src/worker/engine/guide_content.ts";

describe("the guide", () => {
  const sections = sectionsOf(guideContent());
  const entries = sections.flatMap(({ groups }) => groups.flatMap((group) => group.entries));
  const byId = new Map(entries.map((entry) => [entry.id, entry]));

  test("has an entry for every setting, loss and strategy, with their own words, each at its own address", () => {
    expect(byId.size).toBe(entries.length);
    for (const { path, help } of FIELDS) expect(byId.get(settingEntry(path))?.text).toBe(help);
    for (const { name, explanation } of [...LOSSES, ...STRATEGIES])
      expect(
        entries.some(({ title, text }) => title === name && text.startsWith(explanation)),
        name,
      ).toBe(true);
    for (const id of [...byId.keys(), ...sections.map((section) => section.id)])
      expect(routeOf(`#guide=${id}`)).toEqual({ view: "guide", rest: id });
    expect(routeOf(fragmentOf({ view: "guide", rest: "words" })).view).toBe("guide");
  });

  test("names every author of a paper where the citation is known", () => {
    const dpo = entries.find(({ title }) => title === "DPO")!;
    expect(dpo.paper!.authors).toContain("Chelsea Finn");
    expect(entries.find(({ title }) => title === "DoRA, inside")!.paper!.arxiv).toBe("2504.05831");
  });

  test("finds entries that have every word, in any order and case", () => {
    const hits = (query: string) =>
      found(sections, query).flatMap(({ groups }) =>
        groups.flatMap((group) => group.entries.map(({ title }) => title)),
      );
    expect(hits("rafailov")).toContain("DPO");
    expect(hits("SHIFT data")).toContain("Shift");
    expect(hits("effective sample")).toContain("Effective sample size (ESS)");
    expect(hits("no such word here")).toEqual([]);
    expect(hits("").length).toBe(entries.length);
  });
});

describe("embedding", () => {
  test("an address carries settings, title and hidden parts, and opens without the page's frame", async () => {
    const hide = ["timeline", "kappa"];
    const address = await embedAddress(
      { title: "Two <policies>", changes: { "data.shift": 0.5 }, hide },
      "https://example.org/",
    );
    const fragment = address.slice(address.indexOf("#"));
    expect(routeOf(fragment)).toMatchObject({ view: "frame", bare: true });
    const content = await decodeLink(address);
    expect(content).toMatchObject({ embed: true, title: "Two <policies>", hide });
    expect(content.spec.data.shift).toBe(0.5);
    const lines = snippetOf(address, 'A "title" & more', "fluid", 700);
    expect(lines).toMatch(/^<iframe width="100%" height="\d+"/);
    expect(lines).toContain("A &quot;title&quot; &amp; more");
    expect(lines.match(/</g)).toHaveLength(2);
  });

  test("settings are hidden by their name or by their path", () => {
    expect([...hiddenParts(["data.shift", "weights", "nonsense"])]).toEqual(["shift", "weights", "nonsense"]);
    expect(new Set(PART_IDS).size).toBe(PART_IDS.length);
  });
});
