// Starts the application. xtask puts the hashed names in place of the two below.
import init from "./icabinet.js";

try {
  await init({ module_or_path: new URL("./icabinet.wasm", import.meta.url) });
} catch (cause) {
  // Not fetched, or a browser too old: say so where the skeleton stood.
  console.error("icabinet: the application did not start", cause);
  document.getElementById("skeleton")?.setAttribute("hidden", "");
  document.getElementById("crash")?.removeAttribute("hidden");
}
