/**
 * `<ringback-widget>`: a customer's way to the desk, to be put on any page.
 *
 * The page sets `token`, a function that gives a sign-in token, and may set the attributes `server` (the endpoint) and
 * `lang`. Nothing is connected before the launcher is used, unless this tab was in a conversation before a reload.
 * Events: `ringback-opened`, `ringback-closed`, `ringback-started`, `ringback-ended`.
 */

import { LitElement, html, nothing } from "./lit.js";
import { Connection } from "./client.js";
import { LANGUAGES, loadWords, negotiate } from "./i18n.js";
import { icon } from "./icons.js";
import { keep, kept } from "./kept.js";
import { sheet } from "./sheets.js";
import { endpoint } from "./entry.js";
import { pressIcon } from "./parts.js";
import { isOver, shownContact } from "./widget-choice.js";
import { request } from "./widget-form.js";
import { body, foot } from "./widget-views.js";
import "./conversation.js";

const OPEN_KEY = "ringback.widget.open";
const SHOWN_KEY = "ringback.widget.shown";
const sheets = await Promise.all(["tokens.css", "base.css", "components.css", "widget.css"].map(sheet));

class Widget extends LitElement {
  static properties = {
    server: {}, lang: {}, token: { attribute: false },
    _open: { state: true }, _words: { state: true }, _unread: { state: true }, _asking: { state: true },
    _problem: { state: true }, _busy: { state: true }, _shown: { state: true }, _forming: { state: true },
    _draft: { state: true }, _tick: { state: true },
  };

  #connection = null;
  #seen = 0;
  #clock = null;

  constructor() {
    super();
    this.token = null;
    this._open = false;
    this._words = null;
    this._unread = 0;
    /** What the reader is being asked: `leave`, `cancel`, `callback`, `call` or nothing. */
    this._asking = null;
    this._problem = null;
    this._busy = false;
    this._shown = kept(SHOWN_KEY);
    /** Whether something new is being asked for although something is open. */
    this._forming = false;
    this._draft = {};
    this._tick = 0;
  }

  createRenderRoot() {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = sheets;
    return root;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#loadWords();
    addEventListener("pagehide", this.#bye);
    addEventListener("pageshow", this.#back);
    visualViewport?.addEventListener("resize", this.#fit);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("pagehide", this.#bye);
    removeEventListener("pageshow", this.#back);
    visualViewport?.removeEventListener("resize", this.#fit);
    clearInterval(this.#clock);
    this.#connection?.stop();
    this.#connection = null;
  }

  willUpdate(changed) {
    if (changed.has("lang") && this.hasUpdated) this.#loadWords();
  }

  /** After a reload: as open as it was, and connected if it was. */
  #takeUp() {
    const open = kept(OPEN_KEY);
    if (open === "1") this.open({ focus: false });
    else if (open === "0") this.#connect();
  }

  // --- what views read

  get words() { return this._words; }
  get connection() { return this.#connection; }
  get desk() { return this.#connection?.state.desk ?? null; }
  get asking() { return this._asking; }
  get problem() { return this._problem; }
  get busy() { return this._busy; }

  /** What is filled in so far; where nothing is, what is most likely meant. */
  get draft() {
    const { products, languages } = this.desk;
    const language = languages.includes(this._words.language) ? this._words.language : languages[0];
    return { product: products[0], language, topic: "", impact: "one", other_language: false, ...this._draft };
  }

  /** The contact this widget is about; null while something new is being asked for. */
  get contact() {
    return shownContact(this.#connection?.state.contacts ?? {}, this._shown, this._forming);
  }

  get over() { return this.contact !== null && isOver(this.contact); }

  // --- what views do

  ask(what) {
    this._asking = what;
    this._problem = null;
  }

  fillIn(draft) { this._draft = draft; }

  /** Send an operation; what the desk says no to is shown where the reader looks. Returns the answer, or null. */
  async act(op) {
    if (this._busy) return null;
    this._busy = true;
    this._problem = null;
    try {
      const ack = await this.#connection.send(op);
      this._asking = null;
      return ack;
    } catch (refusal) {
      if (refusal.code !== "stopped") this._problem = refusal;
      const { slots } = this.#connection.state;
      if (slots && ["slot_full", "bad_window"].includes(refusal.code)) this.#connection.askSlots(slots.line);   // others were quicker
      return null;
    } finally {
      this._busy = false;
    }
  }

  startChat() {
    const { impact, other_language } = this.draft;
    return this.#begin({ t: "chat.request", ...request(this.draft), impact, other_language });
  }

  askCall(call) { return this.#begin({ t: "callback.ask", ...request(this.draft), ...call }); }
  openCase() { return this.#begin({ t: "case.open", ...request(this.draft) }); }

  async #begin(op) {
    const ack = await this.act(op);
    if (!ack) return;
    this._draft = {};
    this.show(ack.contact);
    this.#tell("started");
  }

  say(text) { this.#connection.send({ t: "msg.send", contact: this.contact.contact, text }); }

  /** Show one of the customer's contacts. */
  show(contact) {
    this._shown = String(contact);
    keep(SHOWN_KEY, this._shown);
    this._forming = false;
    this.ask(null);
    this.#focusFirst();
  }

  /** Ask for something new. */
  startAgain() {
    this._shown = null;
    keep(SHOWN_KEY, "");
    this._forming = true;
    this.ask(null);
    this.#focusFirst();
  }

  // --- opening and closing

  open({ focus = true } = {}) {
    this._open = true;
    this._unread = 0;
    keep(OPEN_KEY, "1");
    this.#connect();
    this.#tell("opened");
    if (focus) this.#focusFirst();
  }

  close() {
    this._open = false;
    keep(OPEN_KEY, "0");
    this.#tell("closed");
    this.updateComplete.then(() => this.renderRoot.querySelector(".launcher")?.focus());
  }

  #connect() {
    if (this.#connection || !this.token) return;
    this.#connection = new Connection({
      url: this.server || endpoint(), token: this.token, key: "asc",
    });
    this.#connection.addEventListener("change", this.#changed);
    this.#connection.start();
    this.#clock = setInterval(() => { if (this._open && this.#awaitsTime()) this._tick += 1; }, 1000);
  }

  /** Whether something on the screen changes although nothing happens. */
  #awaitsTime() {
    const from = this.contact?.convertible_from ?? 0;
    const waits = this._asking === null && (from > this.#connection.now() - 2_000 || Boolean(this.contact?.wait));
    return this.#connection.phase === "waiting" || waits;
  }

  #changed = () => {
    const { contact } = this;
    const count = contact?.messages.filter((each) => each.by === "agent").length ?? 0;
    const same = contact !== null && String(contact.contact) === this._shown;
    if (same && count > this.#seen && (!this._open || document.hidden)) this._unread += count - this.#seen;
    if (this._open && !document.hidden) this._unread = 0;
    this.#seen = count;
    const over = contact !== null && isOver(contact);
    if (contact && !over && !same) {
      this._shown = String(contact.contact);
      this._forming = false;
      keep(SHOWN_KEY, this._shown);
    }
    if (over && !this._wasOver) this.#tell("ended");
    this._wasOver = over;
    if (over || (!contact && this._asking !== "call")) this._asking = null;
    this.requestUpdate();
  };

  async #loadWords() {
    const wanted = negotiate([this.lang, document.documentElement.lang, ...navigator.languages]);
    this._words = await loadWords(wanted in LANGUAGES ? wanted : "en");
  }

  /** On phones the panel is as high as what the keyboard leaves. */
  #fit = () => this.style.setProperty("--ringback-height", `${visualViewport.height}px`);

  #bye = () => this.#connection?.stop();

  /** A browser may bring a whole page back as it was left. */
  #back = (event) => { if (event.persisted) this.#connection?.start(); };

  #tell(what) { this.dispatchEvent(new CustomEvent(`ringback-${what}`, { bubbles: true, composed: true })); }

  async #focusFirst() {
    await this.updateComplete;
    const find = (what) => this.renderRoot.querySelector(what);
    ((this._problem && find(".error button")) ?? find("rb-composer, [data-first]") ?? find(".panel"))?.focus();
  }

  updated(changed) {
    if (changed.has("token") && this.token && !this.#connection) this.#takeUp();
    // What had the focus may be gone with the state it belonged to; the panel takes it, so that Esc and Tab go on.
    // A button that is busy loses it too, and what comes of it decides where to go on.
    if (this._busy) return;
    if (this._open && this._hadFocus && !this.renderRoot.activeElement) setTimeout(this.#takeLostFocus);
    this._hadFocus = this._open && this.renderRoot.activeElement !== null;
  }

  /** On its way from one thing to the next the focus is nowhere for a moment; only what stays there is lost. */
  #takeLostFocus = () => {
    if (this._open && document.activeElement === document.body) this.#focusFirst();
  };

  #key = (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    if (this._asking) this.ask(null);
    else this.close();
  };

  render() {
    if (!this._words) return nothing;
    const { t } = this._words;
    const title = this.contact?.agent?.name && !this.over ? this.contact.agent.name : t("widget.title");
    return html`
      <button class="launcher" type="button" lang=${this._words.language} aria-expanded=${this._open} aria-controls="panel"
          ?hidden=${this._open} @click=${() => this.open()}>
        ${icon("message-circle")}<span class="visually-hidden">${t("widget.open")}</span>
        ${this._unread ? html`<span class="unread">${this._unread}
          <span class="visually-hidden">${t("widget.unread", { n: this._unread })}</span></span>` : nothing}
      </button>
      ${this._open ? html`
        <section class="panel" id="panel" role="dialog" aria-labelledby="title" tabindex="-1" lang=${this._words.language}
            @keydown=${this.#key} @retry=${(event) => this.#connection.again(event.detail)}
            @discard=${(event) => this.#connection.drop(event.detail)}>
          <header class="head">
            <h2 id="title">${title}</h2>
            ${pressIcon("x", t("widget.close"), () => this.close())}
          </header>
          ${body(this)}${foot(this)}
        </section>` : nothing}`;
  }
}

customElements.define("ringback-widget", Widget);
