/** Who computes: one at a time, in the order of asking. */

export interface Turns {
  /** Who has the engine, in words; null when nobody has. */
  holder(): string | null;
  /** Whether somebody waits for it. */
  wanted(): boolean;
  /**
   * Waits for the engine.
   * @param who in words: "The sweep “Label noise”"
   * @param options.waiting told who has it, when it is not free at once
   * @param options.onWanted called when somebody else wants it while it is held
   * @returns gives it back
   * @throws the signal's reason, when it is aborted first
   */
  take(
    who: string,
    options?: {
      readonly signal?: AbortSignal;
      readonly waiting?: (holder: string) => void;
      readonly onWanted?: () => void;
    },
  ): Promise<() => void>;
}

export function createTurns(): Turns {
  let held: { readonly who: string; readonly onWanted: (() => void) | undefined } | undefined;
  const queue: (() => void)[] = [];

  return {
    holder: () => held?.who ?? null,
    wanted: () => queue.length > 0,
    async take(who, { signal, waiting, onWanted } = {}) {
      signal?.throwIfAborted();
      while (held) {
        waiting?.(held.who);
        held.onWanted?.();
        await new Promise<void>((resolve, reject) => {
          const leave = (): void => {
            const at = queue.indexOf(go);
            if (at >= 0) queue.splice(at, 1);
            reject(signal!.reason);
          };
          const go = (): void => {
            signal?.removeEventListener("abort", leave);
            resolve();
          };
          queue.push(go);
          signal?.addEventListener("abort", leave, { once: true });
        });
      }
      const mine = { who, onWanted };
      held = mine;
      return () => {
        if (held !== mine) return;
        held = undefined;
        queue.shift()?.();
      };
    },
  };
}
