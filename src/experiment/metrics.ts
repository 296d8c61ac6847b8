/** The metrics a run reports: names (TRL's where it has one), units, and a line of help for charts and the guide. */

export interface Metric {
  /** A name, or a prefix ending in "/" for one metric per source. */
  readonly name: string;
  readonly label: string;
  /** Empty for a pure number. */
  readonly unit: string;
  readonly help: string;
  /** Which way is better, where one is. */
  readonly better?: "higher" | "lower";
}

const metric = (
  name: string,
  label: string,
  unit: string,
  help: string,
  better?: Metric["better"],
): Metric => ({ name, label, unit, help, ...(better ? { better } : {}) });

const METRICS: readonly Metric[] = [
  metric("loss", "Loss", "", "Mean loss of the batch's groups, each counted the same.", "lower"),
  metric("learning_rate", "Learning rate", "", "Of this step, after warm-up and schedule."),
  metric("grad_norm", "Gradient norm", "", "L2 norm over all tensors, before clipping."),
  metric("epoch", "Epoch", "passes", "How often the training groups have been gone through."),
  metric("num_tokens", "Tokens", "tokens", "Tokens the policy has read so far."),
  metric(
    "rewards/accuracies",
    "Reward accuracy",
    "",
    "Share of pairs whose preferred response has the strictly higher implicit reward.",
    "higher",
  ),
  metric(
    "rewards/margins",
    "Reward margin",
    "nats",
    "Mean implicit reward of the preferred response less the other's.",
    "higher",
  ),
  metric(
    "rewards/chosen",
    "Reward, preferred",
    "nats",
    "Mean implicit reward β·(log π − log πref) of preferred responses.",
  ),
  metric("rewards/rejected", "Reward, other", "nats", "The same for the responses that lost."),
  metric(
    "logps/chosen",
    "Log-prob, preferred",
    "nats",
    "Mean log-probability of preferred responses under the policy.",
  ),
  metric("logps/rejected", "Log-prob, other", "nats", "The same for the responses that lost."),
  metric("kl", "KL baseline", "nats", "KTO's moving estimate of the divergence from the reference."),
  metric("robust/value", "Objective", "", "V, the number that the strategy minimises.", "lower"),
  metric("robust/lambda", "λ in force", "", "Temperature of the tilt; solved for where a budget is given."),
  metric(
    "robust/ess",
    "Effective groups",
    "groups",
    "1/Σq²: as how many equally weighted groups the batch counts.",
  ),
  metric("robust/kl", "Tilt", "nats", "KL of the strategy's weights from equal weights; 0 is ERM."),
  metric("robust/max_weight", "Largest share", "", "Largest weight of a single group in the batch."),
  metric("robust/log_u", "Log normaliser", "nats", "Running estimate of log E exp(hℓ/λ)."),
  metric("h/mean", "Mean h", "", "Mean calibrated ratio of the batch; 1 when the ratio is right."),
  metric("h/min", "Smallest h", "", "Smallest calibrated ratio of the batch."),
  metric("h/max", "Largest h", "", "Largest calibrated ratio of the batch."),
  metric(
    "h/ess_fraction",
    "Effective share of h",
    "",
    "(Σh)²/(BΣh²): 1 when all h are equal, 1/B when one counts alone.",
  ),
  metric("h/by_source/", "Mean h", "", "Mean calibrated ratio of the groups of this source."),
  metric("loss/by_source/", "Loss", "", "Mean loss of the groups of this source."),
  metric(
    "weight/by_source/",
    "Weight",
    "",
    "Share of the tilt weight that goes to the groups of this source.",
  ),
  metric(
    "displacement/chosen_delta",
    "Drift, preferred",
    "nats",
    "Mean of log π − log πref on preferred responses; falling while accuracy rises is displacement.",
  ),
  metric("displacement/rejected_delta", "Drift, other", "nats", "The same for the responses that lost."),
  metric(
    "displacement/chosen_delta_per_token",
    "Drift per token, preferred",
    "nats",
    "Mean of log π − log πref per token on preferred responses.",
  ),
  metric(
    "displacement/rejected_delta_per_token",
    "Drift per token, other",
    "nats",
    "The same for the responses that lost.",
  ),
  metric(
    "displacement/chosen_down",
    "Displaced",
    "",
    "Share of pairs whose preferred response became less likely than under the reference.",
    "lower",
  ),
  metric(
    "displacement/both_down",
    "Both down",
    "",
    "Share of pairs in which both responses became less likely.",
    "lower",
  ),
  metric("nll_loss", "Likelihood loss", "nats", "Negative log-likelihood per token of preferred responses."),
  metric("log_odds_ratio", "Log σ of the odds ratio", "nats", "ORPO's penalty term before its weight."),
  metric(
    "log_odds_chosen",
    "Log odds ratio",
    "nats",
    "Log odds of preferred over other responses, per token.",
  ),
  metric(
    "policy/max_share",
    "Largest preference share",
    "",
    "Mean over lists of the policy's largest softmax share; near 1 LIRE's gradient vanishes.",
  ),
  metric("eval_loss", "Held-out loss", "", "Mean loss on the held-out target split.", "lower"),
  metric(
    "eval_rewards/accuracies",
    "Held-out accuracy",
    "",
    "Reward accuracy on the held-out target split.",
    "higher",
  ),
  metric("eval_rewards/margins", "Held-out margin", "nats", "Reward margin on the held-out split.", "higher"),
  metric(
    "world/reward",
    "True reward",
    "",
    "Expected human reward of the policy; only built-in worlds know it.",
    "higher",
  ),
  metric(
    "world/reward_at_kl",
    "True reward at equal KL",
    "",
    "The same after rescaling the policy to a fixed divergence from the reference: direction without distance.",
    "higher",
  ),
  metric(
    "world/annotator_reward",
    "Annotator’s reward",
    "",
    "Expected reward of the policy by the biased annotator; only built-in worlds know it.",
  ),
  metric(
    "online/model_score",
    "Reward model’s score",
    "",
    "Mean score of what the policy writes, by the reward model.",
  ),
  metric(
    "online/scored",
    "Usable responses",
    "",
    "Share of what the policy writes that ends in time and can be judged.",
  ),
  metric("time/step", "Time per step", "ms", "Wall-clock time; not part of the digest.", "lower"),
];

/** What is known about a metric by name; per-source metrics are found by their prefix. */
export function metricInfo(name: string): Metric | undefined {
  return METRICS.find((known) =>
    known.name.endsWith("/") ? name.startsWith(known.name) : known.name === name,
  );
}

/** Whether a metric is a measurement of the machine rather than of the experiment. */
export function isTiming(name: string): boolean {
  return name.startsWith("time/");
}
