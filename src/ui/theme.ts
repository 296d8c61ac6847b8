/** Light or dark: the system decides until the reader does. public/theme.js applies the choice before the first paint. */
const KEY = "tilt.theme";

/** Tells when light becomes dark or dark light, by the reader or by the system. @returns a function that stops telling */
export function onTheme(told: () => void): () => void {
  const chosen = new MutationObserver(told);
  chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", told);
  return () => {
    chosen.disconnect();
    system.removeEventListener("change", told);
  };
}

export function toggleTheme(): void {
  const root = document.documentElement;
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem(KEY, root.dataset.theme);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}
