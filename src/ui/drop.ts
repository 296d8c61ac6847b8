/** Files dropped or rows pasted anywhere on the page. */
import type { App } from "./engine/app.ts";
import { droppedFiles, isModel } from "./models/dropped.ts";

/** @returns a function that stops listening */
export function drops(app: App, onDrag: (over: boolean) => void): () => void {
  const ends = new AbortController();
  const { signal } = ends;
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  let depth = 0;
  window.addEventListener(
    "dragenter",
    (event) => {
      if (hasFiles(event) && ++depth === 1) onDrag(true);
    },
    { signal },
  );
  window.addEventListener(
    "dragleave",
    (event) => {
      if (hasFiles(event) && --depth <= 0) {
        depth = 0;
        onDrag(false);
      }
    },
    { signal },
  );
  window.addEventListener("dragover", (event) => event.preventDefault(), { signal });
  window.addEventListener(
    "drop",
    (event) => {
      event.preventDefault();
      depth = 0;
      onDrag(false);
      const { dataTransfer } = event;
      if (!dataTransfer) return;
      const link = dataTransfer.files.length === 0 ? linkIn(dataTransfer.getData("text/uri-list")) : null;
      if (link !== null) {
        app.askAddress(link);
        return;
      }
      void droppedFiles(dataTransfer).then((files) =>
        isModel(files) ? app.takeModel(files) : app.takeFiles(files),
      );
    },
    { signal },
  );
  window.addEventListener(
    "paste",
    (event) => {
      if ((event.target as HTMLElement).closest?.("input, textarea")) return;
      const files = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (files.length === 0 && text.trim() === "") return;
      event.preventDefault();
      const link = files.length === 0 ? linkIn(text) : null;
      if (link !== null) app.askAddress(link);
      else void app.takeFiles(files.length > 0 ? files : [pastedFile(text)]);
    },
    { signal },
  );
  return () => ends.abort();
}

/** The address that a text is, and nothing else; null when it is anything more. Whether it can be fetched is told where it is asked for. */
export function linkIn(text: string): string | null {
  const line = text.trim();
  return /^[a-z][a-z\d+.-]*:\/\/\S+$/i.test(line) && URL.canParse(line) ? line : null;
}

/** Pasted rows as a file: CSV when it does not look like JSON. */
export function pastedFile(text: string): File {
  const json = /^\s*[[{]/.test(text);
  return new File([text], json ? "pasted.jsonl" : "pasted.csv", { type: "text/plain" });
}
