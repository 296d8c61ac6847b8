/** Settings that several lessons share. All others are the published ones of Plane. */

/** Only people write and judge. */
export const PEOPLE = { "data.shareTarget": 1, "data.shareFirst": 0 } as const;
/** One pair in ten comes from people. */
export const SCARCE = { "data.shareTarget": 0.1, "data.shareFirst": 0.7 } as const;
/** One pair in fifty comes from people. */
export const RARE = { "data.shareTarget": 0.02, "data.shareFirst": 0.78 } as const;
/** Half of the pairs come from people. */
export const HALF = { "data.shareTarget": 0.5, "data.shareFirst": 0.3 } as const;
/** The average of the two responses' ratios, which is too flat where both share a source. */
export const MEAN_RATIO = { "ratio.reduction": "mean" } as const;
/** λ at which the tilt is plain to see. */
export const LOW = { "train.lambda": 0.3 } as const;
/** Without weights and with them. */
export const BOTH = ["erm", "reweight"] as const;
/** Weights without pessimism and with it. */
export const WEIGHTED = ["reweight", "dora_inside"] as const;
/** No weights, without pessimism and with it. */
export const PLAIN = ["erm", "kl_dro"] as const;
/** Expected human reward of the policy before training; a test holds it to the world's own number. */
export const REFERENCE_REWARD = 1.228;
