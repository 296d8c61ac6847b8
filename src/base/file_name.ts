/** A name that every file system takes: letters and digits of any script, dashes, dots and underscores between them. */
export function fileNameOf(text: string): string {
  const name = text
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
  return name.slice(0, 100) || "tilt";
}
