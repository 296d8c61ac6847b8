/** A model's first layers, as a model of their own. */
import type { Checkpoint } from "./checkpoint.ts";

/** The checkpoint without what lies past its first `count` layers; embedding, last norm and head stay. */
export function firstLayers({ config, tensors }: Checkpoint, count: number): Checkpoint {
  const layers = Math.min(count, config.layers);
  const layerOf = (name: string) => Number(/^model\.layers\.(\d+)\./.exec(name)?.[1] ?? 0);
  return {
    config: { ...config, layers },
    tensors: new Map([...tensors].filter(([name]) => layerOf(name) < layers)),
  };
}
