/** The built-in worlds of `tilt ratio`: as a spec describes them, or as the command line does. */
import { TiltError } from "../base/errors.ts";
import { planeWorld } from "../data/worlds/plane.ts";
import { type RatioSamples, samplesOfChatter, samplesOfDataset } from "../experiment/ratio_samples.ts";
import { worldShares } from "../experiment/source.ts";
import type { Spec } from "../experiment/spec.ts";

export const WORLD_OPTIONS = {
  responses: { type: "string" },
  shift: { type: "string" },
  shares: { type: "string" },
} as const;

type Given = {
  readonly [name in keyof typeof WORLD_OPTIONS | "folds" | "spec"]?: string | undefined;
};

const WORLDS = ["chatter", "plane"] as const;
type World = (typeof WORLDS)[number];

/** What is looked at without a spec: as in the tables of the ratio's README. */
const USUAL = { responses: 4000, shift: 1 };
const PER_GROUP: Readonly<Record<World, number>> = { chatter: 4, plane: 2 };

/** Whether a word names a world and no file. */
export const isWorld = (word: string): word is World => (WORLDS as readonly string[]).includes(word);

/**
 * A world's responses, of which the exact log-ratio is known. With a spec, they are those of its run, but for what is named.
 * @throws TiltError naming the option that is out of range
 */
export function samplesOfWorld(world: World, given: Given, spec: Spec): RatioSamples {
  const { data, seed } = spec;
  const bySpec = given.spec !== undefined;
  const perGroup = world === "chatter" && bySpec ? data.responses : PER_GROUP[world];
  const responses = given.responses ?? (bySpec ? data.groups * perGroup : USUAL.responses);
  const shares = given.shares === undefined ? bySpec && worldShares(data) : sharesOf(given.shares);
  const options = {
    seed,
    shift: Number(given.shift ?? (bySpec ? data.shift : USUAL.shift)),
    groups: Math.round(Number(responses) / perGroup),
    ...(shares && { shares }),
    ...(bySpec && { kappa: data.kappa }),
  };
  const folds = given.folds === undefined && !bySpec ? undefined : spec.ratio.folds;
  if (world === "plane") return samplesOfDataset(planeWorld(options), folds, spec);
  const lists = bySpec && { lists: data.lists };
  return samplesOfChatter({ ...options, responses: perGroup, ...lists }, folds, spec);
}

function sharesOf(text: string): [number, number, number] {
  const shares = text.split(",").map(Number);
  if (shares.length === 3) return shares as [number, number, number];
  throw new TiltError(`"${text}" are no three shares.`, {
    where: "--shares",
    remedy: "Give --shares 0.3,0.5,0.2: human first.",
  });
}
