/** What generation needs beyond the training ops: a cache of keys and values, attention over it, and a draw. */
import attentionShader from "../../shaders/attention_cached.wgsl";
import cacheShader from "../../shaders/cache_write.wgsl";
import sampleShader from "../../shaders/sample_tokens.wgsl";
import { defineOp, grid1d } from "../backend/contract.ts";
import { philox4x32 } from "../base/random.ts";

/** cache[sequence, position] <- the keys and values of each new token: qkv's columns from `skip` on. */
export const cacheWrite = defineOp({
  name: "cache_write",
  shader: cacheShader,
  workgroupSize: [64, 1, 1],
  params: { tokens: "u32", width: "u32", skip: "u32", batch: "u32", length: "u32" },
  buffers: {
    qkv: { type: "f32", access: "read", shape: ["tokens", "width"] },
    sequences: { type: "u32", access: "read", shape: ["tokens"] },
    positions: { type: "u32", access: "read", shape: ["tokens"] },
    cache: {
      type: "f32",
      access: "read_write",
      shape: ["batch", "length", ({ width, skip }) => width - skip],
    },
  },
  workgroups: ({ tokens, width, skip }) => grid1d(tokens * (width - skip), 64),
  cpu({ qkv, sequences, positions, cache }, { tokens, width, skip, batch, length }) {
    const kept = width - skip;
    for (let t = 0; t < tokens; t++) {
      if (sequences[t]! >= batch || positions[t]! >= length) continue;
      const to = (sequences[t]! * length + positions[t]!) * kept;
      for (let i = 0; i < kept; i++) cache[to + i] = qkv[t * width + skip + i]!;
    }
  },
});

/** out = attention of each new token over its sequence's cache, up to its own position. */
export const attentionCached = defineOp({
  name: "attention_cached",
  shader: attentionShader,
  workgroupSize: [64, 1, 1],
  params: { tokens: "u32", heads: "u32", kvHeads: "u32", headDim: "u32", batch: "u32", length: "u32" },
  buffers: {
    qkv: {
      type: "f32",
      access: "read",
      shape: ["tokens", ({ heads, kvHeads, headDim }) => (heads + 2 * kvHeads) * headDim],
    },
    cache: { type: "f32", access: "read", shape: ["batch", "length", 2, "kvHeads", "headDim"] },
    sequences: { type: "u32", access: "read", shape: ["tokens"] },
    positions: { type: "u32", access: "read", shape: ["tokens"] },
    out: { type: "f32", access: "read_write", shape: ["tokens", "heads", "headDim"] },
  },
  workgroups: ({ tokens, heads }) => grid1d(tokens * heads, 64),
  cpu({ qkv, cache, sequences, positions, out }, { tokens, heads, kvHeads, headDim, batch, length }) {
    const step = 2 * kvHeads * headDim;
    for (let t = 0; t < tokens; t++) {
      for (let h = 0; h < heads; h++) {
        const query = (t * (heads + 2 * kvHeads) + h) * headDim;
        const kvHead = Math.floor(h / (heads / kvHeads));
        const first = Math.min(sequences[t]!, batch - 1) * length * step + kvHead * headDim;
        const scores: number[] = [];
        for (let j = 0; j <= Math.min(positions[t]!, length - 1); j++) {
          let score = 0;
          for (let i = 0; i < headDim; i++) score += qkv[query + i]! * cache[first + j * step + i]!;
          scores.push(score / Math.sqrt(headDim));
        }
        const most = Math.max(...scores);
        const weights = scores.map((score) => Math.exp(score - most));
        const sum = weights.reduce((a, b) => a + b, 0);
        const to = (t * heads + h) * headDim;
        out.fill(0, to, to + headDim);
        weights.forEach((weight, j) => {
          const value = first + j * step + kvHeads * headDim;
          for (let i = 0; i < headDim; i++) out[to + i]! += (weight / sum) * cache[value + i]!;
        });
      }
    }
  },
});

/** tokens[row] = the next token drawn from logits[row]; see the shader for what temperature, topK and topP keep. */
export const sampleTokens = defineOp({
  name: "sample_tokens",
  shader: sampleShader,
  workgroupSize: [64, 1, 1],
  params: {
    rows: "u32",
    vocab: "u32",
    topK: "u32",
    step: "u32",
    seed: "u32",
    purpose: "u32",
    temperature: "f32",
    topP: "f32",
  },
  buffers: {
    logits: { type: "f32", access: "read", shape: ["rows", "vocab"] },
    tokens: { type: "u32", access: "read_write", shape: ["rows"] },
  },
  workgroups: ({ rows }) => [rows, 1, 1],
  cpu({ logits, tokens }, { rows, vocab, topK, step, seed, purpose, temperature, topP }) {
    for (let row = 0; row < rows; row++) {
      const z = logits.subarray(row * vocab, (row + 1) * vocab);
      let best = 0;
      for (let v = 1; v < vocab; v++) if (z[v]! > z[best]!) best = v;
      if (temperature <= 0) {
        tokens[row] = best;
        continue;
      }
      const mass = (v: number): number => Math.exp((z[v]! - z[best]!) / temperature);
      // Sorting costs more than everything else: only where something is cut off.
      const all = Array.from({ length: vocab }, (_, v) => v);
      const isCut = (topK > 0 && topK < vocab) || topP < 1;
      const descending = isCut ? all.sort((a, b) => z[b]! - z[a]!) : all;
      let cut = topK > 0 && topK < vocab ? z[descending[topK - 1]!]! : Number.NEGATIVE_INFINITY;
      const total = (): number => descending.reduce((sum, v) => (z[v]! >= cut ? sum + mass(v) : sum), 0);
      if (topP < 1) {
        const wanted = topP * total();
        let reached = 0;
        for (const v of descending) {
          reached += mass(v);
          if (reached >= wanted) {
            cut = Math.max(cut, z[v]!);
            break;
          }
        }
      }
      const [word] = philox4x32([step, row, 0, 0], [seed >>> 0, purpose]);
      const aim = ((word >>> 8) / 2 ** 24) * total();
      let before = 0;
      tokens[row] = best;
      for (let v = 0; v < vocab; v++) {
        if (z[v]! < cut) continue;
        tokens[row] = v;
        before += mass(v);
        if (before > aim) break;
      }
    }
  },
});
