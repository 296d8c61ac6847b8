/** The three products by quads of invocations: the tiling for adapters that emulate a GPU on a CPU. */

import nnFlatShader from "../../shaders/matmul_quads_nn.wgsl?const=rows:4,columns:4&linked";
import nnShader from "../../shaders/matmul_quads_nn.wgsl?const=rows:16,columns:4&linked";
import nnTallShader from "../../shaders/matmul_quads_nn.wgsl?const=rows:32,columns:4&linked";
import ntFlatShader from "../../shaders/matmul_quads_nt.wgsl?const=rows:4,columns:4&linked";
import ntShader from "../../shaders/matmul_quads_nt.wgsl?const=rows:16,columns:4&linked";
import ntTallShader from "../../shaders/matmul_quads_nt.wgsl?const=rows:32,columns:4&linked";
import tnShader from "../../shaders/matmul_quads_tn.wgsl?const=quarter:4,columns:4&linked";
import tnTallShader from "../../shaders/matmul_quads_tn.wgsl?const=quarter:8,columns:4&linked";
import { type Tiling, tiled } from "./matmul_forms.ts";

const QUADS: Tiling = {
  id: "quads",
  workgroupSize: [4, 1, 1],
  rows: 16,
  columns: 64,
  needs: ["subgroups"],
  suits: ({ emulated }) => emulated,
};

/** For a few rows only, such as the next token of a few texts. */
const FLAT: Tiling = {
  ...QUADS,
  id: "quads_flat",
  rows: 4,
  suits: ({ emulated }, { m }) => emulated && m <= 4,
};

/** An eighth faster, but slow to compile: for products so large that this pays within a few steps. */
const TALL: Tiling = {
  ...QUADS,
  id: "quads_tall",
  rows: 32,
  suits: ({ emulated }, { m, n, k }) => emulated && m >= 32 && m * n * k >= 2 ** 27,
};

export const ntQuadsTall = tiled(ntTallShader, TALL, { n: 4, k: 4 });
export const nnQuadsTall = tiled(nnTallShader, TALL, { n: 4 });
export const tnQuadsTall = tiled(tnTallShader, TALL, { m: 4, n: 4 });
export const ntQuads = tiled(ntShader, QUADS, { n: 4, k: 4 });
export const ntQuadsFlat = tiled(ntFlatShader, FLAT, { n: 4, k: 4 });
export const nnQuads = tiled(nnShader, QUADS, { n: 4 });
export const nnQuadsFlat = tiled(nnFlatShader, FLAT, { n: 4 });
export const tnQuads = tiled(tnShader, QUADS, { m: 4, n: 4 });
