/** Style sheets for shadow roots, taken from the same files that pages link; works under a strict content policy. */

const sheets = new Map();

/** The sheet at a path beside this module, fetched once. */
export function sheet(path) {
  if (!sheets.has(path)) {
    const loading = fetch(new URL(path, import.meta.url)).then((answer) => answer.text()).then((text) => {
      const made = new CSSStyleSheet();
      made.replaceSync(text);
      return made;
    });
    sheets.set(path, loading);
  }
  return sheets.get(path);
}
