/** The part of a report about what the trained policies write: how it was judged, and some of it. */
import { outcome } from "../../base/outcome.ts";
import { wilson } from "../../base/statistics.ts";
import type { JudgedRun, RewardSource } from "../judge_types.ts";
import { type Markup, markup } from "./markup.ts";
import { digits } from "./numbers.ts";
import type { ReportedRun } from "./report.ts";

/** Prompts whose answers are printed. */
const SHOWN = 4;

/** @param name a run's name among the others @returns null when no run's answers were judged */
export function answersPart(
  runs: readonly ReportedRun[],
  name: (record: ReportedRun["record"]) => string,
): Markup | null {
  const judged = runs.flatMap(({ record, judged: found }) =>
    found && found.items.length > 0 ? [{ name: name(record), found }] : [],
  );
  const [first] = judged;
  if (!first) return null;
  const world = judged.some(({ found }) => found.world !== null);
  return markup`<h2>Generated answers</h2>
<p>${judgeInWords(first.found.by)} Each answer is set against the reference’s to the same prompt with the same seed; temperature ${digits(first.found.settings.temperature)}.</p>
<div class="wide"><table><thead><tr><th>run</th><th class="num">answers</th><th class="num">win</th><th class="num">tie</th><th class="num">lose</th><th class="num">wins, 95 % Wilson</th>${world ? markup`<th class="num">reward</th><th class="num">of the reference</th><th class="num">reward at matched KL</th>` : null}</tr></thead>
<tbody>${judged.map(({ name: own, found }) => row(own, found, world))}</tbody></table></div>
<h3>Some of them</h3>${promptsOf(judged.map(({ found }) => found)).map((prompt) => answersTo(prompt, judged))}`;
}

function judgeInWords(by: RewardSource): string {
  if (by.kind === "world") return `Judged by the exact human reward of ${by.name}.`;
  const whose = by.learnedFrom === "target" ? "the target’s preferences" : "all preferences";
  return `Judged by ${by.what}, which learned ${whose} and ranks ${digits(100 * by.accuracy, 3)} % of ${by.pairs} pairs as the data do, on prompts it had not seen.`;
}

function row(name: string, { items, world }: JudgedRun, withWorld: boolean): Markup {
  const outcomes = items.map(({ policy, reference }) => outcome(policy, reference));
  const counted = (which: number): number => outcomes.filter((one) => one === which).length;
  const [low, high] = wilson(counted(1) / outcomes.length, outcomes.length);
  return markup`<tr><th scope="row">${name}</th><td class="num">${outcomes.length}</td><td class="num">${counted(1)}</td><td class="num">${counted(0)}</td><td class="num">${counted(-1)}</td><td class="num">${digits(100 * low, 3)} to ${digits(100 * high, 3)} %</td>${withWorld ? markup`<td class="num">${digits(world?.reward, 3)}</td><td class="num">${digits(world?.referenceReward, 3)}</td><td class="num">${world ? `${digits(world.rewardAtKl, 3)} at ${digits(world.targetKl, 3)} nats` : "–"}</td>` : null}</tr>`;
}

/** The first prompts that every run answered. */
function promptsOf(judged: readonly JudgedRun[]): string[] {
  const [first, ...others] = judged.map(({ items }) => new Set(items.map(({ prompt }) => prompt)));
  return [...first!].filter((prompt) => others.every((other) => other.has(prompt))).slice(0, SHOWN);
}

function answersTo(
  prompt: string,
  judged: readonly { readonly name: string; readonly found: JudgedRun }[],
): Markup {
  const answer = (who: string, text: string, reward: number | null): Markup =>
    markup`<div class="sample"><span class="dim">${who}${reward === null ? "" : `, reward ${digits(reward, 3)}`}</span>
${text}</div>`;
  const items = judged.flatMap(({ name, found }) => {
    const item = found.items.find((one) => one.prompt === prompt);
    return item ? [{ name, item }] : [];
  });
  const { reference } = items[0]!.item;
  return markup`<p><b>${prompt}</b></p>${answer("reference", reference.text, reference.reward)}${items.map(({ name, item: { policy } }) => answer(name, policy.text, policy.reward))}`;
}
