/**
 * How long somebody has been in a state, as far as this page saw it begin. The desk tells since when a status was chosen,
 * not since when an agent is in contact.
 */
export class Ages {
  #seen = new Map();

  /** Note the state that `key` is in now (`at`, ms). */
  note(key, state, at) {
    const known = this.#seen.get(key);
    if (known?.state !== state) this.#seen.set(key, { state, at: known ? at : null });
  }

  /** Since when, or null if it began before this page looked. */
  since(key) { return this.#seen.get(key)?.at ?? null; }
}

/** What a page's element does alike: words that follow the reader's choice, a connection, a tick while it is needed. */

import { LitElement } from "./lit.js";
import { loadWords } from "./i18n.js";
import { prefs } from "./prefs.js";

export class PageElement extends LitElement {
  static properties = { words: { state: true } };

  #ticking = null;

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("prefs", this.#words);
    addEventListener("pagehide", this.#bye);
    addEventListener("pageshow", this.#back);
    this.#words();
    this.#ticking = setInterval(() => { if (!document.hidden) this.requestUpdate(); }, 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("prefs", this.#words);
    removeEventListener("pagehide", this.#bye);
    removeEventListener("pageshow", this.#back);
    clearInterval(this.#ticking);
    this.connection?.stop();
  }

  /** Use this connection: every change of it is shown. */
  attach(connection) {
    this.connection = connection;
    connection.addEventListener("change", () => { this.changed?.(); this.requestUpdate(); });
    connection.start();
  }

  #words = async () => {
    this.words = await loadWords(prefs.language);
    this.titled?.();
    this.requestUpdate();
  };

  #bye = () => this.connection?.stop();

  /** A browser may bring a whole page back as it was left. */
  #back = (event) => { if (event.persisted) this.connection?.start(); };
}
