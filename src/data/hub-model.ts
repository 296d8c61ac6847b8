/** Models on the Hugging Face Hub: what a link means, and which files of a repository make a model. */
import { TiltError } from "../base/errors.ts";
import { webUrl } from "./hub-url.ts";

const HOST = "huggingface.co";
/** First path segments of the hub that are no owner of a model. */
const NOT_MODELS = new Set(["datasets", "spaces", "docs", "models", "api", "collections", "papers", "blog"]);
const PART = /^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/;

export interface HubRepository {
  readonly host: string;
  readonly repo: string;
  readonly revision: string;
}

/** A file of a repository, as the hub lists it. */
export interface HubFile {
  readonly name: string;
  readonly bytes: number;
}

/** @param link a model's page, a file of it, or "owner/name" @throws TiltError when it is neither */
export function hubRepository(link: string): HubRepository {
  const text = link.trim();
  const remedy = "Paste the address of a model's page, such as https://huggingface.co/owner/name.";
  const url = webUrl(/^[\w.-]+\/[\w.-]+$/.test(text) ? `https://${HOST}/${text}` : text);
  if (url.hostname !== HOST && url.hostname !== "hf.co") {
    throw new TiltError(`Models are fetched from the Hugging Face Hub only, not from ${url.host}.`, {
      where: url.href,
      remedy: "Download the model's files there, and drop them here.",
    });
  }
  const [owner = "", name = "", kind, revision] = url.pathname.split("/").filter(Boolean);
  if (NOT_MODELS.has(owner) || !PART.test(owner) || !PART.test(name))
    throw new TiltError("This is not the address of a model.", { where: url.href, remedy });
  const pinned = /^(?:tree|blob|resolve|commit)$/.test(kind ?? "") && revision && PART.test(revision);
  return { host: HOST, repo: `${owner}/${name}`, revision: pinned ? revision : "main" };
}

/** Where the hub lists the files of a repository. */
export function listingUrl({ host, repo, revision }: HubRepository): URL {
  return new URL(`https://${host}/api/models/${repo}/tree/${revision}`);
}

/** Where the hub serves a file of a repository. */
export function hubFileUrl({ host, repo, revision }: HubRepository, file: string): URL {
  return new URL(`https://${host}/${repo}/resolve/${revision}/${encodeURIComponent(file)}`);
}

const SMALL = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors.index.json"];
const SHARD = /^model-\d{5}-of-\d{5}\.safetensors$/;

/** The files that make the model. @param listing the hub's answer @throws TiltError when they make none */
export function modelFiles(listing: unknown, repo: string): HubFile[] {
  const all = (Array.isArray(listing) ? listing : []).flatMap((entry: unknown): HubFile[] => {
    if (typeof entry !== "object" || entry === null) return [];
    const { type, path, size } = entry as Record<string, unknown>;
    return type === "file" && typeof path === "string" && Number.isSafeInteger(size) && (size as number) >= 0
      ? [{ name: path, bytes: size as number }]
      : [];
  });
  const named = (name: string): HubFile | undefined => all.find((file) => file.name === name);
  const whole = named("model.safetensors");
  const weights = whole ? [whole] : all.filter(({ name }) => SHARD.test(name));
  const missing = [
    weights.length === 0 && "model.safetensors",
    !named("config.json") && "config.json",
    !named("tokenizer.json") && "tokenizer.json",
  ].filter((name) => name !== false);
  if (missing.length > 0) {
    throw new TiltError(`This repository has no ${missing.join(" and no ")}.`, {
      where: repo,
      remedy: "Choose a Llama-style model that is kept as safetensors with a tokenizer.json.",
    });
  }
  const index = whole ? "model.safetensors.index.json" : "";
  return [...SMALL.filter((name) => name !== index).flatMap((name) => named(name) ?? []), ...weights];
}
