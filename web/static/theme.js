// Runs before the first paint, so that a dark page never flashes white. Not a module for that reason.
try {
  const { theme } = JSON.parse(localStorage.getItem("ringback.prefs") ?? "{}") ?? {};
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is off: the system's own choice holds.
}
