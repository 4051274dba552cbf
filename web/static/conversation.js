/**
 * A conversation as both sides see it: `<rb-log>` shows it, `<rb-composer>` adds to it.
 *
 * Both render into the tree they stand in, so that the page's or the widget's own sheet dresses them. What people
 * wrote reaches the page as text, never as markup.
 */

import { LitElement, html, nothing, repeat, ifDefined } from "./lit.js";
import { icon } from "./icons.js";
import { sayable } from "./sayable.js";

const GROUP_MS = 120_000;
const QUIET_MS = 15 * 60_000;
const MOST_CHARS = 4000;
const LINK = /(https:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/;

/** Text with its web addresses as links; only `https:` becomes one. */
const linked = (text) => text.split(LINK).map((part, i) => (i % 2
  ? html`<a href=${part} target="_blank" rel="noopener noreferrer nofollow">${part}</a>` : part));

/**
 * Messages and noted events in order, the unsent ones last. Each item says whether it opens a group (`first`) and
 * whether the time is worth telling (`timed`). Pure.
 */
export function timeline(contact, unsent) {
  const told = [
    ...contact.messages.map((message) => ({ kind: "message", key: `m${message.o}`, ...message })),
    ...(contact.notes ?? []).map((note) => ({ kind: "note", key: `n${note.o}`, ...note })),
  ].sort((a, b) => a.o - b.o);
  const going = unsent.map((op) => ({
    kind: "message", key: `u${op.id}`, op: op.id, by: "me", text: op.text, fate: op.failed ? "failed" : "sending", code: op.code,
  }));
  let before = null;
  return [...told, ...going].map((item) => {
    const same = before?.kind === "message" && item.kind === "message" && before.by === item.by
      && (item.at ?? before.at ?? 0) - (before.at ?? item.at ?? 0) < GROUP_MS;
    const timed = item.at !== undefined && (before?.at === undefined || item.at - before.at > QUIET_MS);
    before = item;
    return { ...item, first: !same, timed };
  });
}

class Log extends LitElement {
  static properties = {
    contact: { attribute: false }, unsent: { attribute: false }, words: { attribute: false }, side: {},
    greeting: { attribute: false }, _newer: { state: true },
  };

  #atEnd = true;
  #count = 0;

  constructor() {
    super();
    this.unsent = [];
    this.side = "asc";
    this._newer = 0;
  }

  createRenderRoot() { return this; }

  get #list() { return this.querySelector(".log"); }

  willUpdate(changed) {
    const before = changed.get("contact");
    if (changed.has("contact") && before?.contact !== this.contact?.contact) {
      this.#atEnd = true;
      this.#count = this.contact?.messages.length ?? 0;
      this._newer = 0;
      return;
    }
    const count = this.contact?.messages.length ?? 0;
    const arrived = (this.contact?.messages ?? []).slice(this.#count).filter((each) => each.by !== this.side).length;
    if (this.#atEnd) this._newer = 0;
    else if (arrived > 0) this._newer += arrived;
    this.#count = count;
    if ((changed.get("unsent")?.length ?? 0) < this.unsent.length) this.#atEnd = true;
  }

  updated() {
    if (this.#atEnd) this.#toEnd();
  }

  #toEnd = () => {
    const list = this.#list;
    if (list) list.scrollTop = list.scrollHeight;
  };

  #scrolled = () => {
    const list = this.#list;
    this.#atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    if (this.#atEnd && this._newer) this._newer = 0;
  };

  #fate(item, lastOwn) {
    const { t, time } = { t: this.words.t, time: (at) => this.words.time(at) };
    if (item.fate === "sending") return html`<span aria-hidden="true">○</span>${t("message.sending")}`;
    if (item.fate === "failed") {
      return html`${icon("alert-triangle")}<span>${t("message.not_sent")} ${this.words.has(`error.${item.code}`) ? t(`error.${item.code}`) : ""}</span>
        <button type="button" @click=${() => this.#act("retry", item.op)}>${t("message.retry")}</button>
        <button type="button" @click=${() => this.#act("discard", item.op)}>${t("message.discard")}</button>`;
    }
    if (item === lastOwn) return html`<span aria-hidden="true">✓</span>${t("message.sent")} · ${time(item.at)}`;
    return item.timed ? time(item.at) : nothing;
  }

  #act(what, id) { this.dispatchEvent(new CustomEvent(what, { detail: id, bubbles: true, composed: true })); }

  /** An event in words: the most particular that there are, by what happened in it and by who reads it. */
  #note({ k, d }) {
    const { words, side } = this;
    const detail = d.failure ?? d.cause ?? (d.by === side ? "self" : d.by);
    const args = {
      name: d.agent?.name ?? this.contact.agent?.name ?? "", number: d.number ?? "", incident: d.incident ?? "",
      line: words.line(d.line ?? this.contact.line), time: words.time(d.park_at ?? d.retry_at ?? d.expires ?? 0),
    };
    const keys = [`note.${k}.${detail}.${side}`, `note.${k}.${detail}`, `note.${k}.${side}`, `note.${k}`];
    return words.t(keys.find(words.has) ?? `note.${k}`, args);
  }

  render() {
    if (!this.contact || !this.words) return nothing;
    const items = timeline(this.contact, this.unsent);
    const own = (item) => item.by === "me" || item.by === this.side;
    const lastOwn = items.findLast((item) => item.kind === "message" && own(item) && !item.fate);
    const language = this.contact.line?.split("/")[1];
    return html`
      <div class="log" role="log" aria-live="polite" aria-label=${this.words.t("log.label")} tabindex="0" @scroll=${this.#scrolled}>
        ${this.greeting ? html`<p class="note">${this.greeting}</p>` : nothing}
        ${repeat(items, (item) => item.key, (item) => (item.kind === "note"
          ? html`<p class="note">${this.#note(item)}</p>`
          : html`<div class="message ${own(item) ? "own" : ""} ${item.first ? "first" : ""} ${item.fate ?? ""}"
                title=${ifDefined(item.at === undefined ? undefined : this.words.time(item.at))}>
              ${item.first && !own(item) ? html`<span class="who">${item.name}</span>`
                : html`<span class="visually-hidden">${own(item) ? this.words.t("message.you") : item.name}:</span>`}
              <div class="bubble" lang=${ifDefined(language)}>${linked(item.text)}</div>
              ${item.fate || item === lastOwn || item.timed ? html`<span class="fate">${this.#fate(item, lastOwn)}</span>` : nothing}
            </div>`))}
      </div>
      ${this._newer ? html`<button class="button small newer" type="button" @click=${() => { this.#atEnd = true; this._newer = 0; this.#toEnd(); }}>
        ${this.words.t("log.newer", { n: this._newer })} ↓</button>` : nothing}`;
  }
}

class Composer extends LitElement {
  static properties = {
    words: { attribute: false }, draft: {}, full: { type: Boolean }, note: { attribute: false }, _text: { state: true },
  };

  constructor() {
    super();
    /** Names the place where what is half written is kept. */
    this.draft = "";
    this.full = false;
    this._text = "";
  }

  createRenderRoot() { return this; }

  willUpdate(changed) {
    if (!changed.has("draft")) return;
    try {
      this._text = sessionStorage.getItem(`ringback.draft.${this.draft}`) ?? "";
    } catch {
      this._text = "";
    }
  }

  focus() { this.querySelector("textarea")?.focus(); }

  #write(text) {
    this._text = text;
    try {
      if (text) sessionStorage.setItem(`ringback.draft.${this.draft}`, text);
      else sessionStorage.removeItem(`ringback.draft.${this.draft}`);
    } catch {
      // Storage is off: the draft lives as long as the page.
    }
  }

  #send() {
    const text = sayable(this._text);
    const box = this.querySelector("textarea");
    box.focus();
    if (!text || this.full) return;
    this.dispatchEvent(new CustomEvent("send", { detail: text, bubbles: true, composed: true }));
    this.#write("");
  }

  #key = (event) => {
    // While an input method composes, Enter picks a candidate; it must never send half a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  };

  updated() {
    const box = this.querySelector("textarea");
    if (!box || CSS.supports("field-sizing", "content")) return;
    box.style.blockSize = "auto";
    box.style.blockSize = `${box.scrollHeight + 2}px`;
  }

  render() {
    if (!this.words) return nothing;
    const { t } = this.words;
    const left = MOST_CHARS - this._text.length;
    return html`
      <form class="composer" @submit=${(event) => { event.preventDefault(); this.#send(); }}>
        <textarea rows="1" maxlength=${MOST_CHARS} .value=${this._text} aria-label=${t("composer.label")} placeholder=${t("composer.placeholder")}
          enterkeyhint="send" @input=${(event) => this.#write(event.target.value)} @keydown=${this.#key}></textarea>
        <button class="button primary" aria-label=${t("composer.send")} title=${t("composer.send")}
          ?disabled=${!sayable(this._text) || this.full}>${icon("send")}</button>
      </form>
      ${left < 200 ? html`<p class="composer-note">${t("composer.left", { n: left })}</p>` : nothing}
      ${this.full ? html`<p class="composer-note" role="status">${t("composer.full")}</p>` : nothing}`;
  }
}

customElements.define("rb-log", Log);
customElements.define("rb-composer", Composer);
