/**
 * `<rb-console>`: the agent's place. Offers, conversations and callbacks of one agent; what is shown where is in
 * console-views.js, here is what the agent is looking at and what was done about it.
 */

import { html, nothing } from "./lit.js";
import { Connection } from "./client.js";
import { demoToken, endpoint } from "./entry.js";
import { Ages, PageElement } from "./page.js";
import { frame, signIn } from "./console-views.js";
import { lostBar, standstill } from "./parts.js";
import "./conversation.js";

/** Whether the reader is writing somewhere: then nothing may take the focus away. */
const writing = () => ["INPUT", "TEXTAREA", "SELECT"].includes(document.activeElement?.tagName);

class Console extends PageElement {
  static properties = {
    ...PageElement.properties, _selected: { state: true }, _problems: { state: true }, _asking: { state: true },
    _skills: { state: true }, _busy: { state: true }, _list: { state: true },
  };

  #read = new Map();   // contact -> last message that was looked at
  #problems = 0;
  #ages = new Ages();

  constructor() {
    super();
    this._selected = null;
    this._problems = [];
    this._asking = null;
    this._skills = false;
    this._busy = new Set();
    /** On a narrow screen: whether the list is shown instead of the conversation. */
    this._list = true;
  }

  connectedCallback() {
    super.connectedCallback();
    const name = new URLSearchParams(location.search).get("as")?.trim().slice(0, 40) || "Mina";
    const titled = name.charAt(0).toUpperCase() + name.slice(1);
    this.attach(new Connection({ url: endpoint(), token: demoToken("agent", titled), key: `agent.${titled}` }));
    this.connection.addEventListener("refused", (event) => this.#tellProblem(event.detail));
    addEventListener("keydown", this.#key);
    document.addEventListener("visibilitychange", this.#look);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("keydown", this.#key);
    document.removeEventListener("visibilitychange", this.#look);
  }

  // --- what views read

  get state() { return this.connection.state; }
  get agent() { return this.state.agent; }
  get now() { return this.connection.now(); }
  get selected() { return this._selected; }
  get problems() { return this._problems; }
  get asking() { return this._asking; }
  get showList() { return this._list; }

  /** The agent's contacts, each with its view and how many messages were not read; who waits for an answer first. */
  get contacts() {
    return (this.agent?.contacts ?? []).map((held) => {
      const view = this.state.contacts[held.contact];
      const last = view?.messages.at(-1);
      return {
        ...held, view, unread: this.#unread(view), since: last?.at ?? view?.waiting_since ?? 0,
        needsMe: held.channel === "callback" || (held.state === "connected" && last?.by !== "agent"),
      };
    }).sort((a, b) => Number(b.needsMe) - Number(a.needsMe) || a.since - b.since);
  }

  get current() { return this.contacts.find((each) => each.contact === this._selected) ?? null; }

  /** How long the agent has been in the present state, ms; null if that is not known. */
  get inState() {
    const since = this.agent.status === "available" ? this.#ages.since("me") : this.agent.since;
    return since === null ? null : this.now - since;
  }

  isBusy(key) { return this._busy.has(key); }

  #unread(view) {
    const read = this.#read.get(view?.contact) ?? 0;
    return (view?.messages ?? []).filter((each) => each.by === "asc" && each.o > read).length;
  }

  // --- what views do

  /** Send an operation once, however often its button is pressed; a refusal is told by the connection's event. */
  async act(key, op) {
    if (this._busy.has(key)) return null;
    this._busy = new Set([...this._busy, key]);
    try {
      return await this.connection.send(op);
    } catch (refusal) {
      if (refusal.code === "outbox_full") this.#tellProblem({ op, code: refusal.code, message: refusal.message });
      return null;
    } finally {
      this._busy = new Set([...this._busy].filter((each) => each !== key));
    }
  }

  async accept(offer) {
    const typing = writing();
    const done = await this.act(`offer.${offer.offer}`, { t: "offer.accept", offer: offer.offer });
    if (done && !(typing && writing())) this.select(offer.contact);
    else if (done && this._selected === null) this.select(offer.contact, { focus: false });
  }

  decline(offer) { return this.act(`offer.${offer.offer}`, { t: "offer.decline", offer: offer.offer }); }

  async select(contact, { focus = true } = {}) {
    this._selected = contact;
    this._asking = null;
    this._list = false;
    this.#look();
    await this.updateComplete;
    if (focus) (this.querySelector("rb-composer") ?? this.querySelector("[data-first]"))?.focus();
  }

  showContacts() { this._list = true; }
  ask(what) { this._asking = what; }
  say(contact, text) { this.connection.send({ t: "msg.send", contact, text }); }
  chooseSkills(open) { this._skills = open; }

  async signIn(op) {
    if (op.products.length === 0 || op.languages.length === 0) {
      this.#tellProblem({ op, code: "nothing_chosen", message: this.words.t("sign_in.choose") });
      return;
    }
    if (await this.act("sign_in", op)) this._skills = false;
  }

  dismiss(id) { this._problems = this._problems.filter((each) => each.id !== id); }

  #tellProblem({ op, code, message }) {
    if (op.t === "msg.send") return;   // told beside the message itself
    this.#problems += 1;
    this._problems = [...this._problems, { id: this.#problems, code, message, about: op.t }].slice(-3);
  }

  changed() {
    if (this.agent) this.#ages.note("me", `${this.agent.status} ${this.agent.state} ${this.agent.draining}`, this.now);
    const held = new Set((this.agent?.contacts ?? []).map((each) => each.contact));
    if (this._selected !== null && !held.has(this._selected)) {
      this._selected = null;
      this._list = true;
    }
    this.#look();
  }

  /** What is on the screen has been read. */
  #look = () => {
    const view = this.state.contacts[this._selected];
    if (view && !document.hidden) this.#read.set(view.contact, view.o);
    this.titled();
    this.requestUpdate();
  };

  titled() {
    if (!this.words) return;
    const count = (this.agent?.offers.length ?? 0) + this.contacts.filter((each) => each.unread > 0).length;
    document.title = `${count ? `(${count}) ` : ""}${this.words.t("console.title")} · Ringback`;
  }

  #key = (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyA") return;
    const offer = this.agent?.offers[0];
    if (!offer) return;
    event.preventDefault();
    this.accept(offer);
  };

  render() {
    if (!this.words) return nothing;
    const { connection, words } = this;
    if (connection.phase === "stopped" || !this.state.desk) {
      return standstill(connection, words, html`<div class="empty tall" aria-busy="true"><p role="status">${words.t("console.loading")}</p></div>`);
    }
    const body = !this.agent || this._skills ? signIn(this) : frame(this);
    return html`${lostBar(connection, words, (n) => words.t("lost.console", { n }))}${body}`;
  }
}

customElements.define("rb-console", Console);
