/** Keeps the screen on while a run computes, so that a laptop left to itself finishes it. Where the browser can. */
import { isGoing } from "./state/run_view.ts";
import type { State } from "./state/state.ts";
import type { Store } from "./state/store.ts";

/** What of `navigator.wakeLock` is used; not every browser has it. */
export type ScreenLock = Pick<WakeLock, "request">;

/** Whether something computes that would be lost if the screen, and then the machine, went to sleep. */
export function computes({ runs }: Pick<State, "runs">): boolean {
  return runs.some((run) => isGoing(run) && run.status === "running");
}

/** @returns a function that lets the screen go off again */
export function staysAwake(
  store: Pick<Store<State, never>, "get" | "subscribe">,
  lock: ScreenLock | undefined = navigator.wakeLock,
): () => void {
  if (!lock) return () => {};
  const screen = lock;
  let held: WakeLockSentinel | undefined;
  let asking = false;
  let over = false;

  const wanted = (): boolean => !over && !document.hidden && computes(store.get());
  async function settle(): Promise<void> {
    if (asking) return;
    asking = true;
    try {
      if (wanted() && !held) {
        held = await screen.request("screen");
        held.addEventListener("release", () => {
          held = undefined;
        });
      }
      if (!wanted() && held) await held.release();
    } catch {
      // Refused, as on an empty battery: the run goes on all the same.
    } finally {
      asking = false;
    }
    if (!wanted() && held) void settle();
  }
  const look = (): void => void settle();
  const unsubscribe = store.subscribe(look);
  document.addEventListener("visibilitychange", look);
  return () => {
    over = true;
    unsubscribe();
    document.removeEventListener("visibilitychange", look);
    look();
  };
}
