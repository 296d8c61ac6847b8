/** Hands a file to the person's downloads. */
export function saveFile(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download holds the blob by itself once it has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
