/** The three products by quads of invocations: the tiling for adapters that emulate a GPU on a CPU. */

import nnFlatShader from "../../shaders/matmul_quads_nn.wgsl?const=rows:4,columns:4&linked";
import nnShader from "../../shaders/matmul_quads_nn.wgsl?const=rows:16,columns:4&linked";
import ntFlatShader from "../../shaders/matmul_quads_nt.wgsl?const=rows:4,columns:4&linked";
import ntShader from "../../shaders/matmul_quads_nt.wgsl?const=rows:16,columns:4&linked";
import tnShader from "../../shaders/matmul_quads_tn.wgsl?const=quarter:4,columns:4&linked";
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

export const ntQuads = tiled(ntShader, QUADS, { n: 4, k: 4 });
export const ntQuadsFlat = tiled(ntFlatShader, FLAT, { n: 4, k: 4 });
export const nnQuads = tiled(nnShader, QUADS, { n: 4 });
export const nnQuadsFlat = tiled(nnFlatShader, FLAT, { n: 4 });
export const tnQuads = tiled(tnShader, QUADS, { m: 4, n: 4 });
