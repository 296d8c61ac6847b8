import { describe, expect, it } from "vitest";
import { fileNameOf, fileUrl } from "../../src/data/hub-url.ts";

describe("links to data files", () => {
  it.each([
    [
      "https://huggingface.co/datasets/a/b/blob/main/data/train%20x.parquet?x=1#L3",
      "https://huggingface.co/datasets/a/b/resolve/main/data/train%20x.parquet?x=1",
    ],
    [
      "https://huggingface.co/datasets/a/b/resolve/main/t.jsonl",
      "https://huggingface.co/datasets/a/b/resolve/main/t.jsonl",
    ],
    [
      "https://github.com/o/r/blob/main/d/t.jsonl?raw=true",
      "https://raw.githubusercontent.com/o/r/main/d/t.jsonl",
    ],
    // A raw link there gives Git's pointer in place of a large file.
    [
      "https://huggingface.co/datasets/a/b/raw/main/t.jsonl",
      "https://huggingface.co/datasets/a/b/resolve/main/t.jsonl",
    ],
    [
      "https://www.huggingface.co/datasets/a/b/blame/main/t.jsonl",
      "https://huggingface.co/datasets/a/b/resolve/main/t.jsonl",
    ],
    [
      "https://hf.co/datasets/squad/blob/main/blob/raw.json",
      "https://huggingface.co/datasets/squad/resolve/main/blob/raw.json",
    ],
    ["hf://datasets/a/b/data/t.parquet", "https://huggingface.co/datasets/a/b/resolve/main/data/t.parquet"],
    ["hf://datasets/a/b@v1.0/t.parquet", "https://huggingface.co/datasets/a/b/resolve/v1.0/t.parquet"],
    ["https://www.github.com/o/r/blob/main/t.csv", "https://raw.githubusercontent.com/o/r/main/t.csv"],
    [
      "https://github.com/o/r/releases/download/v1/t.csv",
      "https://github.com/o/r/releases/download/v1/t.csv",
    ],
    ["https://gitlab.com/o/r/-/blob/main/t.csv", "https://gitlab.com/o/r/-/raw/main/t.csv"],
    ["http://[::1]:8000/x.json", "http://[::1]:8000/x.json"],
    ["https://github.com/o/r/raw/v1/t.csv", "https://raw.githubusercontent.com/o/r/v1/t.csv"],
    ["https://gist.github.com/o/abc", "https://gist.githubusercontent.com/o/abc/raw"],
    [" https://example.org/blob/x.json ", "https://example.org/blob/x.json"],
    ["http://localhost:8000/x.json", "http://localhost:8000/x.json"],
  ])("%s", (link, wanted) => expect(fileUrl(link).href).toBe(wanted));

  it.each([
    "x.json",
    "http://example.org/x",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "hf://datasets/a/b",
    "https://me:secret@example.org/x",
  ])("refuses %s", (link) => expect(() => fileUrl(link)).toThrow());

  it.each([
    ["https://huggingface.co/datasets/a/b", "dataset"],
    ["https://huggingface.co/datasets/a/b/tree/main/data", "dataset"],
    ["https://huggingface.co/datasets/a/b/viewer/default/train?p=1", "dataset"],
    ["https://huggingface.co/a/b/tree/main", "repository"],
    ["https://github.com/o/r", "repository"],
    ["https://github.com/o/r/tree/main/data", "repository"],
  ])("%s is not a file", (link, what) => {
    expect(() => fileUrl(link)).toThrow(`page of a ${what}, not of a file`);
    expect(() => fileUrl(link)).toThrow(/list of its files/);
  });

  it("names the file", () => {
    expect(fileNameOf(fileUrl("https://huggingface.co/a/b/blob/main/train%20x.parquet"))).toBe(
      "train x.parquet",
    );
    expect(fileNameOf(new URL("https://example.org/%E0%A4%A"))).toBe("%E0%A4%A");
    expect(fileNameOf(new URL("https://example.org/"))).toBe("example.org");
  });
});
