/**
 * Products of row-major matrices in the three forms a linear layer needs: nt for the output (x W^T), nn for the
 * gradient of the input (dy W), tn for the gradient of the weight (dy^T x). With `accumulate` 1, c keeps its value and
 * the product is added.
 *
 * Each form has several tilings, and the backend takes the fastest one (src/backend/webgpu/choose.ts). All sum over k in
 * order, so the choice changes no bit, but for the form that may round its operands.
 */
import nnShader from "../../shaders/matmul.wgsl?if=nn&linked";
import ntShader from "../../shaders/matmul.wgsl?if=nt&linked";
import tnShader from "../../shaders/matmul.wgsl?if=tn&linked";
import { matmulNnOp, matmulNtOp, matmulTnOp, type Tiling, tiled } from "./matmul_forms.ts";
import {
  nnQuads,
  nnQuadsFlat,
  nnQuadsTall,
  ntQuads,
  ntQuadsFlat,
  ntQuadsTall,
  tnQuads,
  tnQuadsTall,
} from "./matmul_quads.ts";
import { nnShared, ntShared, ntSharedHalf, tnShared } from "./matmul_shared.ts";

/** 8 x 8 tiles in registers, read directly: any shape, anywhere. */
const DIRECT: Tiling = { id: "plain", workgroupSize: [4, 8, 1], rows: 64, columns: 32 };

const NT_DIRECT = tiled(ntShader, DIRECT);
const NT_TILINGS = [ntQuadsFlat, ntQuadsTall, ntQuads, ntShared];

/** c[m, n] (+)= a[m, k] b[n, k]^T. Runs everywhere, any shape. */
export const matmulNt = matmulNtOp("matmul_nt", NT_DIRECT, NT_TILINGS);
/**
 * The same, but operands may be rounded to f16, where the adapter computes with it and that is faster; sums stay f32. Values
 * beyond 65,504 become infinite, so it is for activations times weights. Gradients, most of which are below f16's smallest
 * normal number, have no such form.
 */
export const matmulNtHalf = matmulNtOp("matmul_nt_half", NT_DIRECT, [ntSharedHalf, ...NT_TILINGS]);
/** c[m, n] (+)= a[m, k] b[k, n]. Runs everywhere, any shape. */
export const matmulNn = matmulNnOp("matmul_nn", tiled(nnShader, DIRECT), [
  nnQuadsFlat,
  nnQuadsTall,
  nnQuads,
  nnShared,
]);
/** c[m, n] (+)= a[k, m]^T b[k, n]. Runs everywhere, any shape. */
export const matmulTn = matmulTnOp("matmul_tn", tiled(tnShader, DIRECT), [tnQuadsTall, tnQuads, tnShared]);
