/**
 * A session is one tab's alone. A duplicated tab has a copy of its storage: whoever holds the browser's lock keeps the
 * session, the other begins a new one. Where there are no locks (a page without https) the server's 4409 must do.
 */

const PATIENCE_MS = 400;   // a page that is reloaded lets go a moment after the new one asks

/** Hold a session for as long as this page lives; gives a function that lets go, or null if another tab has it. */
export function holdSession(name) {
  if (!navigator.locks) return Promise.resolve(() => {});
  return new Promise((tell) => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    navigator.locks.request(`ringback:${name}`, { signal: patience.signal }, () => {
      clearTimeout(timer);
      return new Promise((letGo) => tell(letGo));
    }).catch(() => tell(null));
  });
}
