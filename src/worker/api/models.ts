/** Models: those that a person brings, from files or from a hub, and those that leave as files. */
import type { Spec } from "../../experiment/spec.ts";
import type { MemoryEstimate } from "../../model/memory.ts";
import type { ExportedFile } from "./exports.ts";

/** A model that a person brought, without its weights. */
export interface StoredModel {
  /** What a spec names in model.pretrained: "file:" and the SHA-256 of the weights. */
  readonly id: string;
  readonly name: string;
  /** Where it was fetched from; null for files. */
  readonly origin: string | null;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly parameters: number;
  readonly vocabulary: number;
  readonly dim: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** Longest sequence that it reads, in tokens. */
  readonly positions: number;
  /** ISO 8601. */
  readonly savedAt: string;
}

export interface ModelProgress {
  readonly what: string;
  readonly bytes: number;
  /** 0 where nobody said. */
  readonly ofBytes: number;
}

/** What a link to a model on a hub stands for, told without any request. */
export interface HubPlace {
  readonly host: string;
  /** "owner/name". */
  readonly repo: string;
  readonly revision: string;
}

/** What the hub says is there: nothing of it has been fetched. */
export interface HubModel extends HubPlace {
  /** Those that would be fetched. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly bytes: number;
}

/** What training with these settings takes, before anything is asked for. */
export interface ModelMemory extends MemoryEstimate {
  readonly parameters: number;
  /** Bytes that the device allows in one buffer. */
  readonly allowed: number;
  /** Names of the model as people know it: "fresh transformer", "builtin:english", … */
  readonly model: string;
  /** Why it cannot be opened here; null when it can. */
  readonly tooLarge: string | null;
}

export interface ModelApi {
  /** Newest first. */
  models(): Promise<readonly StoredModel[]>;
  /**
   * Opens and checks a model's files, then keeps them: config.json, *.safetensors (with an index where there are several),
   * tokenizer.json, tokenizer_config.json; or a llama2.c .bin with its tok*.bin.
   * @throws TiltError naming file, tensor and mismatch; nothing is kept then
   */
  importModel(files: readonly File[], onProgress: (progress: ModelProgress) => void): Promise<StoredModel>;
  /** Asks nothing of the network. @throws TiltError when the link is none to a model on a hub */
  readHub(link: string): Promise<HubPlace>;
  /** Asks the hub which files there are and how large. @throws TiltError when it does not say, or there is no model */
  askHub(place: HubPlace): Promise<HubModel>;
  /** Fetches those files, then does as `importModel`. */
  fetchModel(model: HubModel, onProgress: (progress: ModelProgress) => void): Promise<StoredModel>;
  /** Stops the fetching that goes on. */
  cancelModel(): Promise<void>;
  deleteModel(id: string): Promise<void>;
  /** An upper bound from the settings alone: the data's own sequences may be shorter. @throws TiltError when the model is not here */
  modelMemory(spec: Spec): Promise<ModelMemory>;
  /**
   * The trained policy of a stored run: the whole model in the Hugging Face layout, or the adapter in PEFT's.
   * @throws TiltError when the run kept no weights, or trained no adapter
   */
  exportModel(run: string, what: "model" | "adapter"): Promise<readonly ExportedFile[]>;
}
