/** What of the guide is written here: words, charts, privacy, limits. Settings, methods and formats bring their own strings. */

/** The words that the page, its settings and these pages use. */
export const GLOSSARY: readonly (readonly [word: string, meaning: string])[] = [
  ["Prompt, response", "What is asked and what is answered: x and y."],
  ["Group, pair", "A group is one prompt with two or more responses; a pair is a group with two."],
  ["Row", "One record of your file. A row usually is one group."],
  [
    "Source",
    "Where a response comes from. One source is the target (people, say); the others are synthetic.",
  ],
  [
    "Q₀, Qᵢ, P",
    "The distributions of the target, of the i-th synthetic source, and of the training data: P = α Q₀ + Σ βᵢ Qᵢ.",
  ],
  [
    "Source classifier",
    "A small model that guesses whether a response comes from the target; one yes-or-no head per synthetic source.",
  ],
  [
    "Log-ratio",
    "log Q₀/P of a response: above 0 where people would write it more often than the training data has it. Estimated from the classifier’s odds; exact in the built-in worlds.",
  ],
  [
    "h, the calibrated ratio",
    "The ratio after clipping and normalising to mean 1: the factor on a group’s loss.",
  ],
  ["Cross-fitting", "A prompt’s ratio comes from a classifier that saw none of its responses."],
  ["Loss ℓ", "How badly the policy orders one group: DPO, SimPO, RRHF, LIRE and others."],
  ["Strategy", "How the groups’ losses become one objective: ERM, reweighting, DRO, DoRA and others."],
  [
    "Tilt weight",
    "The weight that a strategy’s gradient gives to a group: h · softmax(hℓ/λ) for DoRA. Shown as a multiple of the equal share.",
  ],
  ["λ", "Temperature of the tilt. Small: a few groups decide. Large: plain average."],
  ["Effective sample size (ESS)", "How many equal groups would be as noisy as the weighted ones: (Σw)²/Σw²."],
  ["Policy, reference", "The model in training, and its frozen start."],
  ["Human reward", "Plane and Chatter only: the exact expected reward of people under the policy."],
  [
    "At equal distance",
    "The human reward after log(policy/reference) is rescaled to one fixed KL: direction alone, without how far the policy went.",
  ],
  [
    "World",
    "A built-in generator of data whose densities and rewards are known in closed form: Plane (points) and Chatter (short answers).",
  ],
  [
    "Experiment, run",
    "An experiment is one complete description of what to run; a run is one execution of it.",
  ],
  ["Sweep", "One experiment over some axes: strategy, seed, λ, or any other setting."],
  [
    "Seed",
    "The number that every random number of a run follows from. The same seed gives the same data, start and batches.",
  ],
  [
    "Digest",
    "A hash over the bits of a run’s metrics. A link carries it, and the reader’s re-run is compared with it.",
  ],
];

/** How each chart is read. Charts of training bring title and unit from the page’s own list. */
export const CHARTS: readonly (readonly [chart: string, how: string])[] = [
  [
    "Plane",
    "Blue is where the policy puts its responses, in five flat steps on one scale for all panels. Lines hold 50 % and 90 % of a source: solid for people, dashed A, dotted B. Arrow keys move a crosshair that reads out the densities.",
  ],
  [
    "Tilt strip",
    "One stem per group of the last batch; its height is the tilt weight as a multiple of the equal share (dashed line at 1). Blocks are sources, and within a block the loss rises to the right. ERM is flat, reweighting steps by source, DRO rises with the loss, DoRA does both. An arrow marks a stem that is higher than the strip, with its value.",
  ],
  [
    "Reading under a plane",
    "The number is exact for this policy. The pointer stands between the reference and the best possible policy; a grey bar is one standard deviation over seeds, once there are some.",
  ],
  [
    "Curves over steps",
    "A line per strategy, with its name at its end. A band is one standard deviation over seeds; with fewer than three seeds each one is drawn thinly. The raw line stays visible under a smoothed one. Losses do not start at 0, shares do.",
  ],
  [
    "Log-ratio histogram",
    "How often each log-ratio occurs in each source. Sources that lie on top of each other cannot be told apart: h is then flat.",
  ],
  [
    "Reliability",
    "Of responses to which the classifier gave about this probability, the share that really is the target’s. On the diagonal its odds are ratios; off it they need calibration.",
  ],
  [
    "Win bar",
    "Win, tie, lose on held-out prompts, with a 95 % bracket. A bracket over one half means: not told apart. Striped: not all prompts are judged yet.",
  ],
  [
    "Interval of a claim (lessons)",
    "A dot per seed, a thick line for the 95 % interval of their mean, a tick for the mean. A difference is called one only where the interval leaves out 0.",
  ],
  [
    "Sweep panels",
    "Small multiples that share their axes: a line per value of one axis, a panel per value of another. Bars are 95 % intervals over seeds; the table gives differences paired by seed and names no winner where an interval contains 0.",
  ],
  [
    "Table, CSV, SVG",
    "Every chart has its numbers behind the word “table”, in the same order and with the same digits.",
  ],
];

export const PRIVACY: readonly string[] = [
  "Nothing leaves this tab. Files you drop are read, trained on and kept in this browser; nothing is uploaded, there is no account, no cookie and no counter.",
  "The page fetches its own code and its built-in models from where you opened it. It asks another host only when you press a button that names the host: for a dataset at a web address, or a model from a hub.",
  "Datasets, runs, settings and your guesses in lessons stay in this browser’s storage until you delete them. “Storage” in the Data stage lists them with their sizes, and makes a backup file.",
  "A link carries settings and fingerprints in the part of the address that browsers do not send to servers. It carries rows of your data only where you ticked that.",
  "Somebody else’s link runs nothing and fetches nothing until you press its button.",
];

export const LIMITS: readonly string[] = [
  "The models are small: thousands to some millions of parameters, trained from the built-in ones or from scratch. What holds for them need not hold for a large model. Export the weights and train yours.",
  "Plane and Chatter were chosen so that effects show. They prove that something can happen, not that it always does.",
  "A ratio of responses cannot see whose label it looks at. Where sources overlap, it removes no judge’s bias.",
  "Held-out win rates are uncertain: 100 pairs give ± 10 points. Every comparison carries its interval for that reason.",
  "The same machine and browser give the same bits. Another GPU gives the same numbers within about 1 %, because kernels are chosen by measuring; the digest says which.",
  "Without WebGPU everything runs on the CPU. Plane and lessons are as usual, a text model is about thirty times slower.",
  "Memory is the browser’s: very large files and models do not fit. The page says so before it begins.",
];

export const START: readonly (readonly [what: string, how: string])[] = [
  [
    "See the effect",
    "[Play](#/play) trains four policies side by side. Move the shift, drag the playhead back.",
  ],
  ["Understand it", "[Lessons](#/lessons) ask first and then measure the answer in front of you."],
  [
    "Use your data",
    "Drop a preference file anywhere, or choose one in the [Workbench](#/workbench). Say which source is people’s, look at the ratio, run the strategies, export the weights.",
  ],
  ["Be sure", "[Sweeps](#/sweeps) run an experiment over settings and seeds, and give paired intervals."],
  [
    "Share it",
    "“Copy link” puts the experiment into an address; who opens it presses one button and is told whether the result is the same.",
  ],
  ["Teach it", "[The builder](#/embed) makes a playground for your own page."],
];
