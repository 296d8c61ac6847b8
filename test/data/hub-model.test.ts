/** Links to models on the hub, and what of a repository would be fetched. Nothing here asks the network. */
import { expect, it } from "vitest";
import { hubFileUrl, hubRepository, listingUrl, modelFiles } from "../../src/data/hub-model.ts";

it("reads a model's page, a file of it, a revision, and a bare name", () => {
  const smol = { host: "huggingface.co", repo: "HuggingFaceTB/SmolLM2-135M", revision: "main" };
  for (const link of [
    "https://huggingface.co/HuggingFaceTB/SmolLM2-135M",
    " HuggingFaceTB/SmolLM2-135M ",
    "https://hf.co/HuggingFaceTB/SmolLM2-135M/blob/main/config.json",
  ])
    expect(hubRepository(link)).toEqual(smol);
  expect(hubRepository("https://huggingface.co/a/b/tree/v1.0")).toMatchObject({ revision: "v1.0" });
  expect(listingUrl(smol).href).toBe(
    "https://huggingface.co/api/models/HuggingFaceTB/SmolLM2-135M/tree/main",
  );
  expect(hubFileUrl(smol, "model.safetensors").href).toBe(
    "https://huggingface.co/HuggingFaceTB/SmolLM2-135M/resolve/main/model.safetensors",
  );
});

it.each([
  ["https://example.com/a/b", /Hugging Face Hub only/],
  ["https://huggingface.co/datasets/a/b", /not the address of a model/],
  ["https://huggingface.co/alone", /not the address of a model/],
  ["http://huggingface.co/a/b", /https addresses only/],
  ["https://user:secret@huggingface.co/a/b", /password/],
  ["https://huggingface.co/a/b%2f..%2fc", /not the address of a model/],
  ["nonsense", /not an address/],
])("refuses %s", (link, why) => expect(() => hubRepository(link)).toThrow(why));

const file = (path: string, size = 10) => ({ type: "file", path, size });

it("takes what makes the model and nothing else", () => {
  const names = (listing: unknown) => modelFiles(listing, "a/b").map(({ name }) => name);
  const base = [file("config.json"), file("tokenizer.json"), file("README.md"), file("pytorch_model.bin")];
  expect(names([...base, file("model.safetensors", 5), { type: "directory", path: "onnx" }])).toEqual([
    "config.json",
    "tokenizer.json",
    "model.safetensors",
  ]);
  const shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
  expect(names([...base, ...shards.map((name) => file(name)), file("model.safetensors.index.json")])).toEqual(
    ["config.json", "tokenizer.json", "model.safetensors.index.json", ...shards],
  );
});

it("says what is missing, whatever the answer is", () => {
  expect(() => modelFiles([file("config.json")], "a/b")).toThrow(
    "no model.safetensors and no tokenizer.json",
  );
  for (const odd of [null, {}, "text", [1, null, { type: "file", path: 3 }], [file("config.json", -1)]])
    expect(() => modelFiles(odd, "a/b")).toThrow(/has no model.safetensors/);
});
