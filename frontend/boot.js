// Starts the application. xtask puts the hashed names in place of the two below.
import init from "./icabinet.js";

function stopped(cause) {
  console.error("icabinet: the application stopped", cause);
  const crash = document.getElementById("crash");
  crash.removeAttribute("hidden");
  // Nothing of a half-dead application stays beside it: a sheet that it opens later would lie above.
  document.body.replaceChildren(crash);
  // Nor does it hear the press that loads the page anew.
  addEventListener("click", (event) => event.stopImmediatePropagation(), true);
}

// A trap leaves the program where it stood: nothing on the screen would answer any more.
const trapped = (cause) => cause instanceof WebAssembly.RuntimeError && stopped(cause);
addEventListener("error", (event) => trapped(event.error));
addEventListener("unhandledrejection", (event) => trapped(event.reason));

try {
  await init({ module_or_path: new URL("./icabinet.wasm", import.meta.url) });
} catch (cause) {
  // Not fetched, or a browser too old: say so where the skeleton stood.
  stopped(cause);
}
