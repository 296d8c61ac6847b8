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

/** Reads files as one dataset, and one more of target responses where it is named. @throws TiltError for a rule that is none */
export async function readWithTarget(files: readonly string[], choice: TargetChoice): Promise<Dataset> {
  const { "target-rule": rule, "target-file": last } = choice;
  const inputs = await Promise.all((last === undefined ? files : [...files, last]).map(openInput));
  return readDataset(inputs, {
    ...(last !== undefined && { targetFile: { index: files.length } }),
    ...(rule !== undefined && { sourceRule: parseRule(rule) }),
  });
}

/** @throws TiltError naming the options, where nobody is the target */
export function checkTarget({ target, sources, groups, name }: Dataset): void {
  if (target >= 0 || groups.length === 0) return;
  throw new TiltError("No source is named as the target.", {
    where: name,
    remedy:
      sources.length > 0
        ? `Give --target NAME with one of: ${sources.join(", ")}.`
        : "Give --target-rule preferred (or position:A,B, text:WORDS, score:N), or --target-file FILE with responses of the target.",
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
