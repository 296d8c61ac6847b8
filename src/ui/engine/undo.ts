/** Deletions that wait a little, so that they can be taken back. */
import type { TaskContext } from "./tasks.ts";

const UNDO_MS = 8000;

/** What a stored record is called among those that wait for their deletion. */
export const recordName = ({ kind, id }: { readonly kind: string; readonly id: string }): string =>
  `${kind} ${id}`;

export function undoTasks({ store }: Pick<TaskContext, "store">) {
  const { dispatch, get } = store;
  const waiting = new Map<
    number,
    {
      readonly timer: ReturnType<typeof setTimeout>;
      readonly act: () => void;
      readonly restore: () => void;
      readonly what: string | undefined;
    }
  >();
  /** What is deleted for the page, and not yet in the storage. */
  const doomed = new Set<string>();
  let serial = 0;

  return {
    /**
     * Says `text` and does `act` a little later, unless it is taken back: then `restore`. A newer toast leaves older deletions to their time.
     * @param what name of what is deleted, for `isDoomed`
     */
    later(text: string, deletion: () => Promise<unknown>, restore: () => void, what?: string): void {
      const key = ++serial;
      if (what !== undefined) doomed.add(what);
      // One that fails leaves what was to go: it is listed again.
      const act = (): void => void deletion().then(forget, forget);
      const forget = (): void => void (what !== undefined && doomed.delete(what));
      dispatch({ type: "toast", text, undo: key });
      const timer = setTimeout(() => {
        waiting.delete(key);
        act();
        if (get().toast?.undo === key) dispatch({ type: "toast", text: null });
      }, UNDO_MS);
      waiting.set(key, { timer, act, restore, what });
    },
    /** Whether it is deleted for the page, and perhaps still stored. */
    isDoomed: (what: string): boolean => doomed.has(what),
    doomed: (): readonly string[] => [...doomed],
    /** Does now what waits: who brings something to keep may have deleted to make room for it. */
    settle(): void {
      for (const [key, { timer, act }] of waiting) {
        clearTimeout(timer);
        act();
        if (get().toast?.undo === key) dispatch({ type: "toast", text: null });
      }
      waiting.clear();
    },
    undo(): void {
      const key = get().toast?.undo ?? null;
      const last = key === null ? undefined : waiting.get(key);
      if (key === null || !last) return;
      clearTimeout(last.timer);
      waiting.delete(key);
      if (last.what !== undefined) doomed.delete(last.what);
      last.restore();
      dispatch({ type: "toast", text: null });
    },
  };
}

export type Undo = ReturnType<typeof undoTasks>;
