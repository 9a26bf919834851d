// Runs before the first paint: the person's theme, text size and language, so that nothing flashes.
// The same keys are written by src/preferences.rs.
(() => {
  const root = document.documentElement;
  let store;
  try {
    store = window.localStorage;
  } catch {
    return; // Storage is switched off: the system's theme and Vietnamese stand.
  }
  const theme = store.getItem("icabinet.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const scale = store.getItem("icabinet.text-scale");
  if (["1.15", "1.3", "1.5"].includes(scale)) root.style.setProperty("--text-scale", scale);
  if (store.getItem("icabinet.language") === "en") root.lang = "en";
})();
