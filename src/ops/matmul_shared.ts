/** The three products with operands in workgroup memory: the tiling for GPUs. */
import nnShader from "../../shaders/matmul_shared.wgsl?if=nn&linked";
import ntShader from "../../shaders/matmul_shared.wgsl?if=nt&linked";
import ntHalfShader from "../../shaders/matmul_shared.wgsl?if=nt,half&linked";
import tnShader from "../../shaders/matmul_shared.wgsl?if=tn&linked";
import { type Tiling, tiled } from "./matmul_forms.ts";

const SHARED: Tiling = {
  id: "shared",
  workgroupSize: [16, 16, 1],
  rows: 64,
  columns: 64,
  // Tiles of which most would lie outside c are better left to registers.
  suits: ({ emulated }, { m, n }) => !emulated && m >= 32 && n >= 32,
};

export const ntShared = tiled(ntShader, SHARED);
export const nnShared = tiled(nnShader, SHARED);
export const tnShared = tiled(tnShader, SHARED);
/** Operands held as f16. */
export const ntSharedHalf = tiled(ntHalfShader, { ...SHARED, id: "shared_half", needs: ["shader-f16"] });
