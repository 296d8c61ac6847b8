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
  /** What was trained and what it started from: for writing with it later. */
  weights: "run/weights/",
  /** Answers that it wrote, judged. */
  judged: "run/judged/",
  /** Id of the classifier that its ratio came from. */
  classifier: "run/classifier/",
} as const;
export const CHECKPOINT = { entry: "checkpoint/entry/", value: "checkpoint/value/" } as const;
export const SWEEP = { entry: "sweep/entry/", value: "sweep/value/" } as const;
/** A finished run of a sweep; its id is the sweep's and its own. */
export const CELL = { entry: "cell/entry/", value: "cell/value/" } as const;
/** What a source classifier learned; its id is a hash of what it learned from and how, so that runs share it. */
export const CLASSIFIER = { entry: "classifier/entry/", value: "classifier/value/" } as const;
/** A model that a person brought; its id is what specs name. */
export const MODEL = { entry: "model/entry/", value: "model/value/" } as const;
export const SETTING = { value: "setting/" } as const;
