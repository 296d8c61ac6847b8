/** What the linear and the hidden model share: the design on the backend, products with it, and the loss. */
import { type Backend, type Recorder, readFloats, type Tensor } from "../backend/backend.ts";
import type { FloatArray } from "../backend/contract.ts";
import { classifierCentre, classifierMinusSums } from "../ops/classifier_centre.ts";
import { classifierLogistic, classifierSoftmax } from "../ops/classifier_losses.ts";
import { type CentredDesign, centredDesign, columnMeans, steepestCurvature } from "./centred.ts";
import type { Columns } from "./columns.ts";
import { designProducts } from "./design_products.ts";
import { type ClassifierTask, headWeights, NO_FOLD, nwayWeights } from "./task.ts";

/** A model in training: all its columns advance together. */
export interface Learner {
  /** Queues one step; afterwards `logits` are those of the weights before it. */
  step(): void;
  /** [samples, columns.padded] */
  logits(): Promise<FloatArray>;
  /** Linear models only: weights of some columns where `logits` was taken, for uncentred features, bias first. */
  weights?(columns: readonly number[]): Promise<Float64Array[]>;
  destroy(): void;
}

/** Makes tensors that are freed together. */
export function tensorPool(backend: Backend) {
  const tensors: Tensor[] = [];
  const make = (label: string, type: "f32" | "u32", length: number): Tensor => {
    const tensor = backend.tensor(`classifier/${label}`, type, Math.max(1, length));
    tensors.push(tensor);
    return tensor;
  };
  return {
    put(label: string, type: "f32" | "u32", data: ArrayLike<number>): Tensor {
      const tensor = make(label, type, data.length);
      backend.write(tensor, data);
      return tensor;
    },
    room: (label: string, length: number) => make(label, "f32", length),
    freeAll(): void {
      for (const tensor of tensors) backend.free(tensor);
    },
  };
}

export type TensorPool = ReturnType<typeof tensorPool>;

export interface LearnerBase {
  readonly design: CentredDesign;
  /** Safe step length per column, padded columns 0. */
  readonly rates: Float32Array;
  /** Features plus the constant. */
  readonly features: number;
  readonly featureSegment: Tensor;
  readonly featureSegments: number;
  /** [samples + 1, columns.padded]; the last row is scratch. */
  readonly logits: Tensor;
  readonly residual: Tensor;
  /** product = (X - 1 mean^T) weights, [samples + 1, width]. */
  forward(recorder: Recorder, weights: Tensor, product: Tensor, width: number): void;
  /** Returns segment sums of (X - 1 mean^T)^T gradient, [featureSegments, width]; gradient's last row is set. */
  backward(recorder: Recorder, gradient: Tensor, width: number): Tensor;
  /** residual = gradient of the loss in the logits. */
  loss(recorder: Recorder): void;
  readLogits(): Promise<FloatArray>;
}

/** @param width most columns a product will have */
export function learnerBase(
  backend: Backend,
  pool: TensorPool,
  task: ClassifierTask,
  columns: Columns,
  width: number,
): LearnerBase {
  const mean = columnMeans(task.features);
  const samples = task.category.length;
  const curvature = Array.from({ length: columns.kind === "nway" ? 1 : columns.heads }, (_, head) => {
    const weights =
      columns.kind === "nway"
        ? nwayWeights(task, NO_FOLD, columns.balanced)
        : headWeights(task, NO_FOLD, head, columns.balanced);
    return steepestCurvature(task.features, mean, weights);
  });
  const rates = new Float32Array(columns.padded);
  // A softmax is at most twice as curved as a sigmoid.
  const scale = columns.kind === "nway" ? 0.5 : 1;
  for (let c = 0; c < columns.count; c++) {
    rates[c] = scale / (curvature[c % curvature.length]! + columns.l2[c]!);
  }
  const design = centredDesign(task.features, Math.min(...curvature));
  const x = design.matrix;
  const { featureSegment, featureSegments, multiply, multiplyBack } = designProducts(pool, x, width);
  const sampleWeight = pool.put("sample weights", "f32", columns.sampleWeights);
  const label = pool.put("labels", "f32", columns.labels);
  const known = task.category.map((c) => Math.max(0, c));
  const category = pool.put("categories", "u32", known);
  const logits = pool.room("logits", x.rows * columns.padded);
  const residual = pool.room("residuals", x.rows * columns.padded);

  return {
    design,
    rates,
    features: x.columns,
    featureSegment,
    featureSegments,
    logits,
    residual,
    forward(recorder, weights, product, columnCount) {
      multiply(recorder, weights, product, columnCount);
      recorder.dispatch(classifierCentre, { y: product }, { rows: samples, columns: columnCount });
    },
    backward(recorder, gradient, columnCount) {
      recorder.dispatch(classifierMinusSums, { dy: gradient }, { rows: samples, columns: columnCount });
      return multiplyBack(recorder, gradient, columnCount);
    },
    loss(recorder) {
      const shape = { rows: samples, columns: columns.padded, heads: columns.heads };
      const shared = { logits, weight: sampleWeight, residual };
      if (columns.kind === "binary") recorder.dispatch(classifierLogistic, { ...shared, label }, shape);
      else {
        const groups = columns.count / columns.heads;
        recorder.dispatch(classifierSoftmax, { ...shared, category }, { ...shape, groups });
      }
    },
    readLogits: () => readFloats(backend, logits),
  };
}
