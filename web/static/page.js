/** What pages have in common, beside their looks. */

import { LitElement } from "./lit.js";
import { loadWords } from "./i18n.js";
import { prefs } from "./prefs.js";

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

/** Most problems and most notices on the screen at once; the oldest goes first. */
const MOST_TOLD = 3;

/**
 * What a page's element does alike: words that follow the reader's choice, a connection, a tick while it is needed, and
 * for people who act: operations that are sent once, and what there is to tell of them.
 */
export class PageElement extends LitElement {
  static properties = { words: { state: true }, _busy: { state: true }, _problems: { state: true }, _notices: { state: true } };

  #ticking = null;
  #told = 0;

  constructor() {
    super();
    this._busy = new Set();
    this._problems = [];
    this._notices = [];
  }

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
    connection.addEventListener("refused", (event) => this.tellProblem(event.detail));
    connection.start();
  }

  // --- what is done, and what there is to tell of it

  get problems() { return this._problems; }
  get notices() { return this._notices; }
  get now() { return this.connection.now(); }

  isBusy(key) { return this._busy.has(key); }

  /** Send an operation once, however often its button is pressed; a refusal is told by the connection's event. */
  async act(key, op) {
    if (this._busy.has(key)) return null;
    this._busy = new Set([...this._busy, key]);
    try {
      return await this.connection.send(op);
    } catch (refusal) {
      if (refusal.code === "outbox_full") this.tellProblem({ op, code: refusal.code, message: refusal.message });
      return null;
    } finally {
      this._busy = new Set([...this._busy].filter((each) => each !== key));
    }
  }

  tellProblem({ op, code, message }) {
    if (op.t === "msg.send") return;   // told beside the message itself
    this.#told += 1;
    this._problems = [...this._problems, { id: this.#told, code, message, about: op.t }].slice(-MOST_TOLD);
  }

  notice(text) {
    this.#told += 1;
    this._notices = [...this._notices, { id: this.#told, text }].slice(-MOST_TOLD);
  }

  dismiss(id) {
    this._problems = this._problems.filter((each) => each.id !== id);
    this._notices = this._notices.filter((each) => each.id !== id);
  }

  // --- the page's life

  #words = async () => {
    this.words = await loadWords(prefs.language);
    this.titled?.();
    this.requestUpdate();
  };

  #bye = () => this.connection?.stop();

  /** A browser may bring a whole page back as it was left. */
  #back = (event) => { if (event.persisted) this.connection?.start(); };
}
