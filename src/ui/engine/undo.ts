/** Deletions that wait a little, so that they can be taken back. */
import type { TaskContext } from "./tasks.ts";

const UNDO_MS = 8000;

export function undoTasks({ store }: Pick<TaskContext, "store">) {
  const { dispatch, get } = store;
  const waiting = new Map<
    number,
    {
      readonly timer: ReturnType<typeof setTimeout>;
      readonly act: () => void;
      readonly restore: () => void;
    }
  >();
  let serial = 0;

  return {
    /** Says `text` and does `act` a little later, unless it is taken back: then `restore`. A newer toast leaves older deletions to their time. */
    later(text: string, act: () => void, restore: () => void): void {
      const key = ++serial;
      dispatch({ type: "toast", text, undo: key });
      const timer = setTimeout(() => {
        waiting.delete(key);
        act();
        if (get().toast?.undo === key) dispatch({ type: "toast", text: null });
      }, UNDO_MS);
      waiting.set(key, { timer, act, restore });
    },
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
      last.restore();
      dispatch({ type: "toast", text: null });
    },
  };
}

export type Undo = ReturnType<typeof undoTasks>;
