/** Who the target is, on the command line, where a file does not say who wrote what. */
import { TiltError } from "../base/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import type { SourceRule } from "../data/options.ts";
import { openInput, readDataset } from "./input.ts";

export const TARGET_OPTIONS = {
  "target-rule": { type: "string" },
  "target-file": { type: "string" },
} as const;

export type TargetChoice = { readonly [name in keyof typeof TARGET_OPTIONS]?: string | undefined };

/** Reads a file, and a second one of target responses where one is named. @throws TiltError for a rule that is none */
export async function readWithTarget(file: string, choice: TargetChoice): Promise<Dataset> {
  const { "target-rule": rule, "target-file": second } = choice;
  const inputs = await Promise.all((second === undefined ? [file] : [file, second]).map(openInput));
  return readDataset(inputs, {
    ...(second !== undefined && { targetFile: { index: 1 } }),
    ...(rule !== undefined && { sourceRule: parseRule(rule) }),
  });
}

/** "preferred", "position:human,gpt", "text:WORDS", "score:3". */
export function parseRule(text: string): SourceRule {
  const colon = text.indexOf(":");
  const kind = colon < 0 ? text : text.slice(0, colon);
  const rest = colon < 0 ? "" : text.slice(colon + 1);
  if (text === "preferred") return { kind: "preferred-is-target" };
  if (kind === "position" && rest !== "") {
    return { kind: "by-position", names: rest.split(",").map((name) => name.trim()) };
  }
  if (kind === "text" && rest !== "") return { kind: "text", pattern: rest };
  if (kind === "score" && rest.trim() !== "" && Number.isFinite(Number(rest))) {
    return { kind: "score", atLeast: Number(rest) };
  }
  throw new TiltError(`"${text}" is no rule for who the target is.`, {
    where: "--target-rule",
    remedy:
      "Use preferred, position:NAME,NAME (who wrote the first response, the second, …), text:WORDS (in the target's responses) or score:NUMBER (the least of the target's).",
  });
}
