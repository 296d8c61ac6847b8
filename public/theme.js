// Applies the reader's choice of light or dark before anything is drawn.
try {
  const theme = localStorage.getItem("tilt.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden: the system decides.
}

// With the policy in index.html, no string becomes markup or code, whatever a dataset says; scripts start only from here.
globalThis.trustedTypes?.createPolicy("default", {
  createScriptURL: (url) => (new URL(url, location.href).origin === location.origin ? url : null),
});
