/** The three products by quads of invocations: the tiling for adapters that emulate a GPU on a CPU. */

import nnFlatShader from "../../shaders/matmul_quads_nn.wgsl?const=rows:4,columns:4&linked";
import nnShader from "../../shaders/matmul_quads_nn.wgsl?const=rows:16,columns:4&linked";
import ntFlatShader from "../../shaders/matmul_quads_nt.wgsl?const=rows:4,columns:4&linked";
import ntShader from "../../shaders/matmul_quads_nt.wgsl?const=rows:16,columns:4&linked";
import tnShader from "../../shaders/matmul_quads_tn.wgsl?const=quarter:4,columns:4&linked";
import { matmulNnOp, matmulNtOp, matmulTnOp, type Tiling } from "./matmul.ts";

const needs: Tiling["needs"] = ["subgroups"];
const QUADS: Tiling = { suffix: "_quads", workgroupSize: [4, 1, 1], rows: 16, columns: 64, needs };
/** For a few rows only, such as the next token of a few texts. */
const FLAT: Tiling = { suffix: "_quads_flat", workgroupSize: [4, 1, 1], rows: 4, columns: 64, needs };

/** As matmulNt; k must be a multiple of 4. */
export const matmulNtQuads = matmulNtOp(ntShader, QUADS);
export const matmulNtQuadsFlat = matmulNtOp(ntFlatShader, FLAT);
/** As matmulNn; n must be a multiple of 4. */
export const matmulNnQuads = matmulNnOp(nnShader, QUADS);
export const matmulNnQuadsFlat = matmulNnOp(nnFlatShader, FLAT);
/** As matmulTn; m and n must be multiples of 4. */
export const matmulTnQuads = matmulTnOp(tnShader, QUADS);
