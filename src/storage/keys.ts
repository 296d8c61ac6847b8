/** Where every kind of record is kept: prefixes of keys, by what is kept there. `entry` is the line of a listing. */
export const DATASET = {
  entry: "dataset/entry/",
  value: "dataset/value/",
  files: "dataset/files/",
  notes: "dataset/notes/",
  options: "dataset/options/",
  about: "dataset/about/",
} as const;
export const RUN = {
  entry: "run/entry/",
  value: "run/value/",
  estimates: "run/estimates/",
  draws: "run/draws/",
} as const;
export const CHECKPOINT = { entry: "checkpoint/entry/", value: "checkpoint/value/" } as const;
export const SETTING = { value: "setting/" } as const;
