/** What happens often is told at most once per span of time, and its newest state always. */

export interface Paced<T> {
  /** Tells `value` now, or when the span is over unless a newer one comes. */
  tell(value: T): void;
  /** Tells at once what still waits: what comes next is of another kind. */
  flush(): void;
  /** Drops what still waits. */
  end(): void;
}

/** @param span milliseconds between two tellings */
export function paced<T>(span: number, give: (value: T) => void): Paced<T> {
  let last = Number.NEGATIVE_INFINITY;
  let waiting: { readonly value: T } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const pass = (): void => {
    timer = undefined;
    if (!waiting) return;
    const { value } = waiting;
    waiting = undefined;
    last = performance.now();
    give(value);
  };
  return {
    tell(value) {
      waiting = { value };
      const left = last + span - performance.now();
      if (left <= 0) {
        clearTimeout(timer);
        pass();
      } else timer ??= setTimeout(pass, left);
    },
    flush() {
      clearTimeout(timer);
      pass();
    },
    end() {
      clearTimeout(timer);
      timer = undefined;
      waiting = undefined;
    },
  };
}
