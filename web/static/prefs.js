/**
 * What this reader chose: the language and light or dark. Kept in the browser, told to the page by a `prefs` event.
 * theme.js, which runs before the first paint, reads the same key.
 */

import { negotiate } from "./i18n.js";

const KEY = "ringback.prefs";

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

let chosen = read();

export const prefs = {
  get language() {
    return chosen.language ? negotiate([chosen.language]) : negotiate(navigator.languages ?? []);
  },
  /** `light`, `dark`, or `auto` for what the system says. */
  get theme() { return ["light", "dark"].includes(chosen.theme) ? chosen.theme : "auto"; },

  set(change) {
    chosen = { ...chosen, ...change };
    try {
      localStorage.setItem(KEY, JSON.stringify(chosen));
    } catch {
      // Storage is off: the choice holds for this page only.
    }
    show();
    dispatchEvent(new Event("prefs"));
  },
};

function show() {
  const root = document.documentElement;
  root.lang = prefs.language;
  if (prefs.theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = prefs.theme;
}

addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  chosen = read();
  show();
  dispatchEvent(new Event("prefs"));
});
show();
