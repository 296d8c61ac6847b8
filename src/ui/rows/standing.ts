/** How a group's responses stand to each other. Pure. */
import type { GroupDetail } from "../../worker/api.ts";

/** By response, in words: "preferred", "other", or its rank where there are more than two. */
export function standings({
  responses,
  preferences,
}: Pick<GroupDetail, "responses" | "preferences">): readonly string[] {
  const wins = responses.map(() => 0);
  const losses = responses.map(() => 0);
  const scores = responses.map(({ score }) => score);
  if (preferences.length > 0) {
    for (const [winner, loser] of preferences) {
      wins[winner]!++;
      losses[loser]!++;
    }
  } else if (scores.every((score) => score !== null)) {
    responses.forEach((_, i) => {
      wins[i] = scores.filter((score) => score! < scores[i]!).length;
      losses[i] = scores.filter((score) => score! > scores[i]!).length;
    });
  } else return responses.map(() => "");
  if (responses.length === 1) return [""];
  return responses.map((_, i) => {
    if (wins[i] === 0 && losses[i] === 0) return "tied";
    if (losses[i] === 0) return "preferred";
    return responses.length === 2 || preferences.length > 0 ? "other" : `place ${losses[i]! + 1}`;
  });
}

/** Responses in the order in which they stand: by place, then as in the file. */
export function inPlaces(standing: readonly string[]): readonly number[] {
  const place = (words: string): number => {
    if (words === "preferred" || words === "") return 0;
    return Number(/^place (\d+)$/.exec(words)?.[1] ?? 1e9);
  };
  return standing.map((_, i) => i).sort((a, b) => place(standing[a]!) - place(standing[b]!) || a - b);
}

/** Index of the response that others are compared with at first. */
export function bestOf(standing: readonly string[]): number {
  return Math.max(0, standing.indexOf("preferred"));
}
