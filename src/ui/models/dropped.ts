/** Files that were dropped, those in folders too, and whether they are a model. */

/** More files than this are no model, and no dataset either. */
const MOST = 500;

/** A file with its path inside what was dropped. */
interface Found {
  readonly file: File;
  readonly path: string;
}

/**
 * Every file of what was dropped, in the order of their paths. Of folders all that lie in them, but for hidden files; where they hold
 * data, what stands beside these (a read-me, pictures) is left alone. Files that share a name get their path for one.
 */
export async function droppedFiles({ items, files }: DataTransfer): Promise<File[]> {
  // Entries must be asked for before anything is awaited.
  const entries = [...items].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) return [...files];
  const found: Found[] = [];
  for (const entry of entries) if (entry) await collect(entry, found);
  const data = found.filter(({ file }) => DATA.test(file.name));
  const wanted = data.length > 0 && !isModel(found.map(({ file }) => file)) ? data : found;
  const names = new Map<string, number>();
  for (const { file } of wanted) names.set(file.name, (names.get(file.name) ?? 0) + 1);
  return wanted.map(({ file, path }) =>
    names.get(file.name) === 1 ? file : new File([file], path.replace(/^\//, ""), { type: file.type }),
  );
}

const DATA = /\.(?:jsonl?|ndjson|csv|tsv|parquet|txt)(?:\.gz(?:ip)?)?$/i;

async function collect(entry: FileSystemEntry, found: Found[]): Promise<void> {
  if (found.length >= MOST) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    found.push({ file, path: entry.fullPath });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: FileSystemEntry[] = [];
  // A reader hands over a hundred at a time, and nothing when there are no more.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) break;
    inside.push(...some);
  }
  inside.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const one of inside) if (!one.name.startsWith(".")) await collect(one, found);
}

/** Weights make a model; other files are data. */
export function isModel(files: readonly Pick<File, "name">[]): boolean {
  return files.some(({ name }) => /\.(?:safetensors|bin)$/i.test(name));
}
