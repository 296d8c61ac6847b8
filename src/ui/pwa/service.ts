/** The service worker of the built page: it keeps the page's files for use without a network, and a newer build until it is wanted. */

/** What the page is told. */
export interface ServiceNews {
  /** Everything the page needs without a network is kept now. */
  kept(): void;
  /** A newer build waits; `reload` lets it take over and opens it. */
  newer(reload: () => void): void;
}

/** Milliseconds between looks for a newer build while the page stays open. */
const LOOK = 60 * 60 * 1000;

/**
 * Registers sw.js beside the page. Browsers without service workers, and pages that may not have one (plain http, some
 * private windows), go on without.
 */
export async function followService(news: ServiceNews): Promise<void> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  let wanted = false;
  let controlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener("controllerchange", () => {
    if (wanted) location.reload();
    // A newer build took over from another tab: this one still shows the older page, whose files are gone.
    else if (controlled) news.newer(() => location.reload());
    controlled = true;
  });
  const registration = await serviceWorker.register("./sw.js", { updateViaCache: "none" }).catch(() => {});
  if (!registration) return;

  const tell = (): void => {
    const { waiting } = registration;
    if (!waiting || !controlled) return;
    news.newer(() => {
      wanted = true;
      waiting.postMessage({ type: "SKIP_WAITING" });
    });
  };
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => {
      if (coming.state === "installed") tell();
    });
  });
  tell();
  void serviceWorker.ready.then(() => news.kept());

  let looked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - looked < LOOK) return;
    looked = Date.now();
    registration.update().catch(() => {}); // offline: another time
  });
}
