/**
 * `<rb-console>`: the agent's place. Offers, conversations and callbacks of one agent; what is shown where is in
 * console-views.js, here is what the agent is looking at and what was done about it.
 */

import { html, nothing } from "./lit.js";
import { Connection } from "./client.js";
import { demoToken, endpoint } from "./entry.js";
import { Ages, PageElement } from "./page.js";
import { signIn } from "./console-sign-in.js";
import { frame } from "./console-views.js";
import { lostBar, news, standstill } from "./parts.js";
import "./conversation.js";
import "./earlier.js";

/** Whether the reader is writing somewhere: then nothing may take the focus away. */
const writing = () => ["INPUT", "TEXTAREA", "SELECT"].includes(document.activeElement?.tagName);

class Console extends PageElement {
  static properties = {
    ...PageElement.properties, _selected: { state: true }, _asking: { state: true }, _skills: { state: true }, _list: { state: true },
  };

  #read = new Map();   // contact -> last message that was looked at
  #held = new Set();   // contacts that were this agent's when last looked
  #ages = new Ages();

  constructor() {
    super();
    this._selected = null;
    /** What is being done beside talking: `end`, `transfer`, `ring`, `book`, `details` or nothing. */
    this._asking = null;
    this._skills = false;
    /** On a narrow screen: whether the list is shown instead of the conversation. */
    this._list = true;
  }

  connectedCallback() {
    super.connectedCallback();
    const name = new URLSearchParams(location.search).get("as")?.trim().slice(0, 40) || "Mina";
    const titled = name.charAt(0).toUpperCase() + name.slice(1);
    this.token = demoToken("agent", titled);
    this.attach(new Connection({ url: endpoint(), token: this.token, key: `agent.${titled}` }));
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
  get selected() { return this._selected; }
  get asking() { return this._asking; }
  get showList() { return this._list; }

  /** The agent's contacts, each with its view and how many messages were not read; who waits for an answer first. */
  get contacts() {
    return (this.agent?.contacts ?? []).map((held) => {
      const view = this.state.contacts[held.contact];
      const last = view?.messages.at(-1);
      return {
        ...held, view, unread: this.#unread(view), since: last?.at ?? view?.waiting_since ?? 0,
        needsMe: held.channel !== "chat" || (held.state === "connected" && last?.by !== "agent"),
      };
    }).sort((a, b) => Number(b.needsMe) - Number(a.needsMe) || a.since - b.since);
  }

  get current() { return this.contacts.find((each) => each.contact === this._selected) ?? null; }

  /** How long the agent has been in the present state, ms; null if that is not known. */
  get inState() {
    const since = this.agent.status === "available" ? this.#ages.since("me") : this.agent.since;
    return since === null ? null : this.now - since;
  }

  #unread(view) {
    const read = this.#read.get(view?.contact) ?? 0;
    return (view?.messages ?? []).filter((each) => each.by === "asc" && each.o > read).length;
  }

  // --- what views do

  async accept(offer) {
    const typing = writing();
    const done = await this.act(`offer.${offer.offer}`, { t: "offer.accept", offer: offer.offer });
    if (done && !(typing && writing())) this.select(offer.contact);
    else if (done && this._selected === null) this.select(offer.contact, { focus: false });
  }

  decline(offer, reason) { return this.act(`offer.${offer.offer}`, { t: "offer.decline", offer: offer.offer, reason }); }

  transfer(held, to) { return this.#use(`transfer.${held.contact}`, { t: "contact.transfer", contact: held.contact, ...to }); }
  ring(held, call) { return this.#use(`ring.${held.contact}`, { t: "dial.ring", contact: held.contact, ...call }); }

  async book(held, call) {
    if (!call.window_from || !await this.#use(`book.${held.contact}`, { t: "callback.book", contact: held.contact, ...call })) return;
    this.connection.refresh(held.contact);
    const when = this.words.promise([call.window_from, call.window_to], this.now);
    this.notice(this.words.t("book.done", { name: held.view.asc?.name ?? "", when }));
  }

  /** Another callback of the same customer is not needed any more. */
  async drop(held, other, reason) {
    await this.act(`drop.${other.contact}`, { t: "callback.drop", contact: other.contact, reason });
    this.connection.refresh(held.contact);
  }

  /** Do what a tool's form is for; the form stays when the desk says no. */
  async #use(key, op) {
    const ack = await this.act(key, op);
    if (ack) this.ask(null);
    return ack;
  }

  async select(contact, { focus = true } = {}) {
    this._selected = contact;
    this._asking = null;
    this._list = false;
    this.#look();
    await this.updateComplete;
    if (focus) (this.querySelector("rb-composer") ?? this.querySelector("[data-first]"))?.focus();
  }

  showContacts() { this._list = true; }

  async ask(what) {
    this._asking = what;
    if (what === "transfer") this.connection.askColleagues();
    await this.updateComplete;
    const place = what ? ".confirm [data-first]" : "rb-composer";
    if (what !== "details") this.querySelector(place)?.focus();
  }

  say(contact, text) { this.connection.send({ t: "msg.send", contact, text }); }
  chooseSkills(open) { this._skills = open; }

  async signIn(op) {
    if (op.products.length === 0 || op.languages.length === 0) {
      this.tellProblem({ op, code: "nothing_chosen", message: this.words.t("sign_in.choose") });
      return;
    }
    if (await this.act("sign_in", op)) this._skills = false;
  }

  tellProblem(problem) {
    super.tellProblem(problem);
    if (problem.op.t === "contact.transfer") this.connection.askColleagues();
  }

  /** Why a contact is not this agent's any more, if there is something to tell. */
  #tellLost(contact) {
    const view = this.state.contacts[contact];
    const last = view?.notes?.at(-1);
    if (!last || !this.words) return;
    const keys = [`left.${last.k}.${last.d.cause}`, `left.${last.k}`];
    const key = keys.find(this.words.has);
    const moment = this.words.moment(last.d.retry_at ?? 0, this.now);
    const args = { name: view.asc?.name ?? "", line: this.words.line(view.line), moment };
    if (key) this.notice(this.words.t(key, args));
  }

  changed() {
    if (this.agent) this.#ages.note("me", `${this.agent.status} ${this.agent.state} ${this.agent.draining}`, this.now);
    const held = new Set((this.agent?.contacts ?? []).map((each) => each.contact));
    for (const contact of this.#held) if (!held.has(contact)) this.#tellLost(contact);
    this.#held = held;
    if (this._selected !== null && !held.has(this._selected)) {
      this._selected = null;
      this._asking = null;
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
    if (event.key === "Escape" && this._asking && !event.isComposing) {
      this.ask(null);
      return;
    }
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
    const body = !this.agent || this._skills ? signIn(this, news(this)) : frame(this);
    return html`${lostBar(connection, words, (n) => words.t("lost.console", { n }))}${body}`;
  }
}

customElements.define("rb-console", Console);
