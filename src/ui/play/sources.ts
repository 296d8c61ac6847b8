/** How the three sources of Plane are named and lettered: the target first, always in this order. */
const LOOKS = [
  { key: "h", letter: "H", name: "human" },
  { key: "a", letter: "A", name: "synthetic A" },
  { key: "b", letter: "B", name: "synthetic B" },
] as const;

const look = (index: number) => LOOKS[index] ?? LOOKS[2];

/** Class that carries its colour and dash. */
export const sourceKey = (index: number): string => look(index).key;
export const sourceLetter = (index: number): string => look(index).letter;
export const sourceName = (index: number): string => look(index).name;
