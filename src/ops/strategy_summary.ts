/** What every strategy kernel reports about its step, one number per slot. Slots that do not apply hold 0. */
export const SUMMARY = {
  /** V. */
  value: 0,
  /** The lambda in force. */
  lambda: 1,
  /** Threshold of the chi-square strategies. */
  eta: 2,
  /** S, the log normaliser that weights were divided by (log-mean-exp strategies). */
  logU: 3,
  /** KL of q to what a learned lambda's budget is measured from. */
  budget: 4,
  /** Groups whose running weight met the cap. */
  capped: 5,
  /** The batch's own log mean exp. */
  logBatch: 6,
} as const;

export const SUMMARY_LENGTH = 8;

/** What a log-mean-exp strategy carries from step to step; all 0 before the first. Part of a checkpoint. */
export const TILT_STATE = { logU: 0, steps: 1, lambda: 2 } as const;

export const TILT_STATE_LENGTH = 4;

/** How a running normaliser starts: its code in the kernel's `mode`. */
export const RUNNING_MODES = ["first", "debias", "absgd"] as const;
