/** One value, changed only by a pure function, and whoever wants to know of it. */
export interface Store<S, A> {
  get(): S;
  dispatch(action: A): void;
  /** @returns a function that ends the subscription */
  subscribe(listener: (state: S) => void): () => void;
}

export function createStore<S, A>(initial: S, reduce: (state: S, action: A) => S): Store<S, A> {
  let state = initial;
  const listeners = new Set<(state: S) => void>();
  return {
    get: () => state,
    dispatch(action) {
      const next = reduce(state, action);
      if (next === state) return;
      state = next;
      for (const listener of listeners) listener(state);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
