import { type Backend, readFloats } from "../../../src/backend/backend.ts";
import { createCpuBackend } from "../../../src/backend/cpu/cpu_backend.ts";
import type { PackedTokens } from "../../../src/model/batch.ts";
import type { LlamaConfig, Projection } from "../../../src/model/config.ts";
import { createLlama, type Llama } from "../../../src/model/llama.ts";
import { optimizerScalars, setStep } from "../../../src/model/optimizer.ts";
import type { Pool } from "../../../src/model/pool.ts";
import { separateSequences } from "../../model/packed.ts";
import { type Fields, fields, type GoldenCase, matrix, number, numbers } from "../case.ts";
import type { GoldenCheck } from "../check.ts";
import type { Comparison, Nested, Tolerance } from "../compare.ts";

/** How close each kind of number must come; the goldens' README suggests these. */
interface Tolerances {
  readonly values: Tolerance;
  readonly gradients: Tolerance;
  readonly trained: Tolerance;
}

const FLOAT64: Tolerances = {
  values: { rtol: 1e-9, atol: 1e-11 },
  gradients: { rtol: 1e-9, atol: 1e-11 },
  trained: { rtol: 1e-9, atol: 1e-11 },
};
const FLOAT32: Tolerances = {
  values: { rtol: 1e-4, atol: 1e-4 },
  gradients: { rtol: 1e-3, atol: 1e-4 },
  trained: { rtol: 5e-3, atol: 1e-3 },
};

const CAPACITY = { tokens: 48, rows: 48, responses: 4 };

function configOf(golden: GoldenCase): LlamaConfig {
  const c = fields(golden, "config");
  return {
    vocab: number(c, "vocab"),
    dim: number(c, "d"),
    layers: number(c, "layers"),
    heads: number(c, "heads"),
    kvHeads: number(c, "kv_heads"),
    headDim: number(c, "head_dim"),
    hidden: number(c, "ffn"),
    ropeTheta: number(c, "rope_theta"),
    interleavedRope: false,
    normEps: number(c, "rms_eps"),
    tied: c.tied === true,
    maxPositions: 32,
  };
}

/** Every next token of every sequence is predicted ("full"), or only the completion's. */
function batchOf(golden: GoldenCase, which: "full" | "completion"): PackedTokens {
  const inputs = fields(golden, "inputs");
  const lengths = numbers(inputs, "total_lengths");
  const prompts = numbers(inputs, "prompt_lengths");
  return separateSequences(
    matrix(inputs, "tokens").map((row, i) => ({
      tokens: row.slice(0, lengths[i]),
      promptLength: which === "full" ? 1 : prompts[i]!,
    })),
  );
}

/** A model on a backend with plans for its passes, and what they leave. */
async function open(backend: Backend, model: Llama) {
  const batch = model.createBatch();
  const logps = backend.tensor("logps", "f32", CAPACITY.responses);
  const coef = backend.tensor("coef", "f32", CAPACITY.responses);
  const forward = await backend.plan("forward", (recorder) => model.recordForward(recorder, batch, logps));
  const gradients = await backend.plan("gradients", (recorder) => {
    model.recordZero(recorder);
    model.recordForward(recorder, batch, logps);
    model.recordBackward(recorder, batch, coef);
  });
  return {
    upload: (packed: PackedTokens) => batch.upload(packed),
    async logps(): Promise<number[]> {
      forward.run();
      return [...(await readFloats(backend, logps))].slice(0, batch.responseCount.value);
    },
    /** Logits and token log-probabilities of the rows of the last forward pass. */
    async rows() {
      const rows = batch.rowCount.value;
      const { logits, rowLogp } = model.activations.head;
      const { vocab } = model.config;
      const all = await readFloats(backend, logits);
      return {
        logits: Array.from({ length: rows }, (_, r) => [...all.slice(r * vocab, (r + 1) * vocab)]),
        rowLogp: [...(await readFloats(backend, rowLogp))].slice(0, rows),
      };
    },
    async gradients(values: readonly number[]) {
      backend.write(coef, values);
      gradients.run();
      return model.trained!.values("gradient");
    },
  };
}

function setWeights(model: Llama, golden: GoldenCase): void {
  for (const [name, values] of Object.entries(fields(golden, "weights")))
    model.weights.set(name, flat(values));
}

function flat(values: unknown): number[] {
  return [values].flat(Number.POSITIVE_INFINITY) as number[];
}

function compareGradients(
  to: Comparison,
  what: string,
  got: ReadonlyMap<string, ArrayLike<number>>,
  want: Fields,
  tolerance: Tolerance,
): void {
  for (const [name, values] of Object.entries(want)) {
    to.close(what, name, got.get(name)!, flat(values), tolerance);
  }
}

/** Mean DPO loss over the pairs (0, 1) and (2, 3), and its derivative in each log-probability. */
function dpo(golden: GoldenCase, logps: readonly number[]) {
  const beta = number(fields(golden, "params"), "beta");
  const reference = numbers(fields(golden, "inputs"), "ref_completion_sum_logps");
  const pairs = [0, 2].map((w) => {
    const d = logps[w]! - reference[w]! - (logps[w + 1]! - reference[w + 1]!);
    return { loss: Math.log1p(Math.exp(-beta * d)), slope: -beta / (1 + Math.exp(beta * d)) };
  });
  return {
    losses: pairs.map(({ loss }) => loss),
    mean: pairs.reduce((sum, { loss }) => sum + loss, 0) / pairs.length,
    coef: pairs.flatMap(({ slope }) => [slope / pairs.length, -slope / pairs.length]),
  };
}

async function checkModel(
  golden: GoldenCase,
  to: Comparison,
  backend: Backend,
  t: Tolerances,
): Promise<void> {
  const outputs = fields(golden, "outputs");
  const lengths = numbers(fields(golden, "inputs"), "total_lengths");
  const model = createLlama(backend, configOf(golden), { capacity: CAPACITY, train: "full" });
  setWeights(model, golden);
  const run = await open(backend, model);

  const full = batchOf(golden, "full");
  run.upload(full);
  const sums = await run.logps();
  const targets = full.rowToken.length;
  to.close(
    golden.id,
    "ce_full",
    -sums.reduce((a, b) => a + b, 0) / targets,
    number(outputs, "ce_full"),
    t.values,
  );
  const { logits, rowLogp } = await run.rows();
  const wantLogits = outputs.logits as readonly (readonly (readonly number[])[])[];
  const wantLogps = matrix(outputs, "token_logps");
  to.close(
    golden.id,
    "logits",
    logits,
    lengths.flatMap((n, i) => wantLogits[i]!.slice(0, n - 1)) as Nested,
    t.values,
  );
  to.close(
    golden.id,
    "token_logps",
    rowLogp,
    lengths.flatMap((n, i) => wantLogps[i]!.slice(0, n - 1)),
    t.values,
  );
  await checkTrace(golden, to, backend, model, t.values);
  const ceGradients = await run.gradients(lengths.map(() => -1 / targets));
  compareGradients(
    to,
    `${golden.id} grads_ce_full`,
    ceGradients,
    fields(outputs, "grads_ce_full"),
    t.gradients,
  );

  const completion = batchOf(golden, "completion");
  run.upload(completion);
  const logps = await run.logps();
  to.close(golden.id, "completion_sum_logps", logps, numbers(outputs, "completion_sum_logps"), t.values);
  const { losses, mean, coef } = dpo(golden, logps);
  to.close(golden.id, "dpo_per_pair", losses, numbers(outputs, "dpo_per_pair"), t.values);
  to.close(golden.id, "dpo", mean, number(outputs, "dpo"), t.values);
  const dpoGradients = await run.gradients(coef);
  compareGradients(to, `${golden.id} grads_dpo`, dpoGradients, fields(outputs, "grads_dpo"), t.gradients);

  const rows = completion.rowToken.length;
  const ce = -logps.reduce((a, b) => a + b, 0) / rows;
  to.close(golden.id, "ce_response", ce, number(outputs, "ce_response"), t.values);
  let squares = 0;
  for (const values of (await run.gradients(lengths.map(() => -1 / rows))).values()) {
    for (const value of values) squares += value * value;
  }
  const wantNorm = number(outputs, "grad_norm_ce_response");
  to.close(golden.id, "grad_norm_ce_response", Math.sqrt(squares), wantNorm, t.gradients);
  await checkGreedy(golden, to, run, t.values);
  to.skip(golden.id, "wdpo_penalty_per_pair needs second derivatives, which Tilt does not take");
  model.free();
}

/** Activations of the first sequence, which the full batch holds in its first rows. */
async function checkTrace(
  golden: GoldenCase,
  to: Comparison,
  backend: Backend,
  model: Llama,
  tolerance: Tolerance,
): Promise<void> {
  const trace = fields(fields(golden, "outputs"), "trace_sequence_0");
  const { layers } = model.activations;
  const stages = {
    embed: layers[0]!.input,
    "0.after_attn": layers[0]!.middle,
    "0.after_mlp": layers[1]!.input,
  };
  const more = { "0.input_layernorm": layers[0]!.normed1, "1.input_layernorm": layers[1]!.normed1 };
  for (const [name, tensor] of Object.entries({ ...stages, ...more, "1.after_attn": layers[1]!.middle })) {
    const all = flat(trace[name]);
    // Past the last attention only tokens that predict another are carried on: here all but the sequence's last.
    const want = name === "1.after_attn" ? all.slice(0, all.length - model.config.dim) : all;
    to.close(golden.id, name, (await readFloats(backend, tensor)).slice(0, want.length), want, tolerance);
  }
}

async function checkGreedy(
  golden: GoldenCase,
  to: Comparison,
  run: Awaited<ReturnType<typeof open>>,
  tolerance: Tolerance,
): Promise<void> {
  const greedy = fields(fields(golden, "outputs"), "greedy");
  const tokens = [...numbers(greedy, "prompt")];
  const made: number[] = [];
  const gaps: number[] = [];
  for (const _ of numbers(greedy, "tokens")) {
    // The token to predict is not known yet; any will do, its logits do not depend on it.
    run.upload(separateSequences([{ tokens: [...tokens, 0], promptLength: tokens.length }]));
    await run.logps();
    const { logits } = await run.rows();
    const order = logits[0]!.map((value, id) => ({ value, id })).sort((a, b) => b.value - a.value);
    made.push(order[0]!.id);
    gaps.push(order[0]!.value - order[1]!.value);
    tokens.push(order[0]!.id);
  }
  to.same(golden.id, "greedy tokens", made, numbers(greedy, "tokens"));
  to.close(golden.id, "top2_gap", gaps, numbers(greedy, "top2_gap"), tolerance);
}

async function checkTraining(
  golden: GoldenCase,
  to: Comparison,
  backend: Backend,
  t: Tolerances,
): Promise<void> {
  const training = fields(fields(golden, "outputs"), "adamw_training");
  const params = fields(training, "params");
  const model = createLlama(backend, configOf(golden), {
    capacity: CAPACITY,
    train: "full",
    decayNorms: true,
  });
  setWeights(model, golden);
  const batch = model.createBatch();
  const logps = backend.tensor("logps", "f32", CAPACITY.responses);
  const coef = backend.tensor("coef", "f32", CAPACITY.responses);
  const scalars = optimizerScalars({
    beta1: number(params, "beta1"),
    beta2: number(params, "beta2"),
    eps: number(params, "eps"),
    weightDecay: number(params, "weight_decay"),
    maxNorm: number(params, "max_grad_norm"),
  });
  const plan = await backend.plan("step", (recorder) => {
    model.recordZero(recorder);
    model.recordForward(recorder, batch, logps);
    model.recordBackward(recorder, batch, coef);
    model.recordUpdate(recorder, scalars);
  });
  const full = batchOf(golden, "full");
  const targets = full.rowToken.length;
  batch.upload(full);
  backend.write(
    coef,
    Array.from({ length: CAPACITY.responses }, () => -1 / targets),
  );
  const loss = async (): Promise<number> =>
    -[...(await readFloats(backend, logps))].reduce((a, b) => a + b, 0) / targets;
  for (const [i, step] of (training.steps as readonly Fields[]).entries()) {
    setStep(scalars, i + 1, number(params, "lr"));
    plan.run();
    to.close(golden.id, `step ${i + 1} loss`, await loss(), number(step, "loss"), t.trained);
    const [norm] = await readFloats(backend, model.clip!);
    to.close(golden.id, `step ${i + 1} grad_norm`, norm!, number(step, "grad_norm"), t.trained);
  }
  const want = fields(training, "final_param_sums");
  for (const [name, values] of await model.weights.values()) {
    const sum = [...values].reduce((a, b) => a + b, 0);
    to.close(golden.id, `final sum of ${name}`, sum, number(want, name), t.trained);
  }
  const forward = await backend.plan("forward", (recorder) => model.recordForward(recorder, batch, logps));
  forward.run();
  to.close(golden.id, "final_loss", await loss(), number(training, "final_loss"), t.trained);
  model.free();
}

const PEFT = { A: "lora_A", B: "lora_B" } as const;

/** "model.layers.0.self_attn.q_proj.weight" and "A" as the adapter's name. */
function peftName(weight: string, factor: string): string {
  return `base_model.model.${weight.replace(/weight$/, "")}${PEFT[factor as "A" | "B"]}.weight`;
}

async function checkAdapter(
  golden: GoldenCase,
  adapter: GoldenCase,
  to: Comparison,
  backend: Backend,
  t: Tolerances,
): Promise<void> {
  const id = `${golden.id} ${adapter.id}`;
  const params = fields(adapter, "params");
  const outputs = fields(adapter, "outputs");
  const lengths = numbers(fields(golden, "inputs"), "total_lengths");
  const model = createLlama(backend, configOf(golden), {
    capacity: CAPACITY,
    train: "adapters",
    lora: {
      rank: number(params, "r"),
      alpha: number(params, "lora_alpha"),
      targets: (params.targets as readonly string[]).map((name) => name.split(".").pop() as Projection),
    },
  });
  setWeights(model, golden);
  const eachFactor = (of: Fields, visit: (name: string, values: number[]) => void): void => {
    for (const [weight, factors] of Object.entries(of)) {
      for (const [factor, values] of Object.entries(factors as Fields))
        visit(peftName(weight, factor), flat(values));
    }
  };
  eachFactor(fields(adapter, "inputs"), (name, values) => (model.adapters as Pool).set(name, values));
  const run = await open(backend, model);
  const compare = (what: string, got: ReadonlyMap<string, ArrayLike<number>>): void => {
    eachFactor(fields(outputs, what), (name, want) =>
      to.close(`${id} ${what}`, name, got.get(name)!, want, t.gradients),
    );
  };

  const full = batchOf(golden, "full");
  const targets = full.rowToken.length;
  run.upload(full);
  const ce = -(await run.logps()).reduce((a, b) => a + b, 0) / targets;
  to.close(id, "ce_full", ce, number(outputs, "ce_full"), t.values);
  const { logits } = await run.rows();
  const want = outputs.logits as readonly (readonly (readonly number[])[])[];
  to.close(id, "logits", logits, lengths.flatMap((n, i) => want[i]!.slice(0, n - 1)) as Nested, t.values);
  compare("grads_ce_full", await run.gradients(lengths.map(() => -1 / targets)));

  const completion = batchOf(golden, "completion");
  run.upload(completion);
  const logps = await run.logps();
  to.close(id, "completion_sum_logps", logps, numbers(outputs, "completion_sum_logps"), t.values);
  const ceResponse = -logps.reduce((a, b) => a + b, 0) / completion.rowToken.length;
  to.close(id, "ce_response", ceResponse, number(outputs, "ce_response"), t.values);
  const { mean, coef } = dpo(golden, logps);
  to.close(id, "dpo", mean, number(outputs, "dpo"), t.values);
  compare("grads_dpo", await run.gradients(coef));
  model.free();
}

async function checkAll(
  cases: readonly GoldenCase[],
  to: Comparison,
  backend: Backend,
  tolerances: Tolerances,
): Promise<void> {
  for (const golden of cases) {
    await checkModel(golden, to, backend, tolerances);
    await checkTraining(golden, to, backend, tolerances);
    for (const adapter of golden.lora as readonly GoldenCase[]) {
      await checkAdapter(golden, adapter, to, backend, tolerances);
    }
  }
}

export const check: GoldenCheck<Backend> = {
  kind: "transformer",
  float64: (cases, comparison) =>
    checkAll(cases, comparison, createCpuBackend({ precision: "f64" }), FLOAT64),
  wgsl: (cases, comparison, backend) => checkAll(cases, comparison, backend, FLOAT32),
};
