/** Single judged responses as columns: packed as groups of one, with what was judged beside. */
import { lazyList, numbersOf } from "../../base/lazy_list.ts";
import type { Group, Unpaired } from "../dataset.ts";
import { column } from "./column.ts";
import { columnsOf, groupPacker, groupsFrom, PACKED_FROM, type PackedGroups } from "./groups.ts";
import type { Room } from "./room.ts";
import { textPacker } from "./texts.ts";

/** Plain data, as `PackedGroups`. */
export interface PackedSingles {
  readonly groups: PackedGroups;
  /** Per response, 1 where it was judged good. */
  readonly desirable: Uint8Array;
}

export interface SinglePacker {
  add(single: Unpaired): void;
  done(): readonly Unpaired[];
}

const packed = new WeakMap<readonly Unpaired[], PackedSingles>();

/** The columns behind a list of single responses; undefined where they are plain objects. */
export function singleColumnsOf(singles: readonly Unpaired[]): PackedSingles | undefined {
  return packed.get(singles);
}

/**
 * @param from bytes of text from which the responses stay packed
 * @param room where their texts go then
 */
export function singlePacker(from = PACKED_FROM, room: Room | null = null): SinglePacker {
  const groups = groupPacker(from, textPacker(room, from));
  const desirable = column((length) => new Uint8Array(length));
  return {
    add({ response, desirable: good, ...place }) {
      groups.add({ ...place, responses: [response] });
      desirable.push(good ? 1 : 0);
    },
    done() {
      const all = groups.done();
      const judged = desirable.done();
      const columns = columnsOf(all);
      if (columns) return singlesFrom({ groups: columns, desirable: judged });
      return all.map((group, i) => singleOf(group, judged[i] === 1));
    },
  };
}

function singleOf(group: Group, desirable: boolean): Unpaired {
  const { id, responses, row, line } = group;
  return {
    id,
    prompt: group.prompt,
    response: responses[0]!,
    desirable,
    row,
    ...(line !== undefined && { line }),
  };
}

/** The responses that columns hold, made when they are asked for. */
export function singlesFrom(columns: PackedSingles): readonly Unpaired[] {
  const groups = groupsFrom(columns.groups);
  const singles = lazyList(groups.length, (i) => singleOf(groups[i]!, columns.desirable[i] === 1));
  packed.set(singles, columns);
  return singles;
}

/** The responses with other sources. Packed ones stay packed, and share their texts with the old ones. */
export function resourced(
  singles: readonly Unpaired[],
  sourceOf: (single: Unpaired) => number,
): readonly Unpaired[] {
  const columns = packed.get(singles);
  if (!columns)
    return singles.map((one) => ({ ...one, response: { ...one.response, source: sourceOf(one) } }));
  const source = numbersOf(singles, new Int32Array(singles.length), sourceOf);
  return singlesFrom({ ...columns, groups: { ...columns.groups, source } });
}
