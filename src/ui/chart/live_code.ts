/** The code of the canvas that draws curves: fetched once, by the first chart; where it cannot be had, the SVG stays. */
let fetched: typeof import("./live.ts") | null | undefined;
let fetching: Promise<void> | undefined;

/** @returns undefined until it is here, null where it cannot be had */
export function liveCode(): typeof fetched {
  return fetched;
}

/** @returns when it is known whether it can be had */
export function fetchLiveCode(): Promise<void> {
  fetching ??= import("./live.ts").then(
    async (live) => {
      await live.ready;
      fetched = live;
    },
    () => {
      fetched = null;
    },
  );
  return fetching;
}
