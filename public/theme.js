// Applies the reader's choice of light or dark before anything is drawn.
try {
  const theme = localStorage.getItem("tilt.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden: the system decides.
}
