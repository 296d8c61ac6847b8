/** The responses that a run looks at, of training and held-out groups, as one list. */
import type { Response } from "../data/dataset.ts";
import type { RatioData } from "./ratio.ts";
import { type SourceOrder, sourceOrder } from "./source_order.ts";

/** One response and where it stands. */
export interface RunResponse {
  readonly group: number;
  readonly response: Response;
  readonly trueLogRatio: number | undefined;
}

/** Training groups first, a group's responses one after the other. */
export function runResponses({ dataset, train, heldOut }: RatioData): RunResponse[] {
  return [...train, ...heldOut].flatMap((group) => {
    const { responses, trueLogRatio } = dataset.groups[group]!;
    return responses.map((response, k) => ({ group, response, trueLogRatio: trueLogRatio?.[k] }));
  });
}

/** The order of the sources among the groups that a run looks at. */
export function orderOfRun({ dataset, train, heldOut }: RatioData): SourceOrder {
  return sourceOrder(
    dataset,
    [...train, ...heldOut].map((index) => dataset.groups[index]!),
  );
}

/** Values of samples, put back by group and response; groups outside both splits get none. */
export function byGroup<T>(
  { dataset }: RatioData,
  samples: readonly RunResponse[],
  value: (sample: number) => T,
): T[][] {
  const rows: T[][] = dataset.groups.map(() => []);
  samples.forEach(({ group }, i) => {
    rows[group]!.push(value(i));
  });
  return rows;
}
