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
    "https://me:secret@example.org/x",
  ])("refuses %s", (link) => expect(() => fileUrl(link)).toThrow());

  it("names the file", () => {
    expect(fileNameOf(fileUrl("https://huggingface.co/a/b/blob/main/train%20x.parquet"))).toBe(
      "train x.parquet",
    );
    expect(fileNameOf(new URL("https://example.org/%E0%A4%A"))).toBe("%E0%A4%A");
    expect(fileNameOf(new URL("https://example.org/"))).toBe("example.org");
  });
});
