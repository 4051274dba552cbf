/** `<rb-earlier>`: beside a conversation, the earlier contacts of the same customer, each to be opened and read. */

import { LitElement, html, nothing } from "./lit.js";
import { recorded, search, whole } from "./records-api.js";
import { ending, moment, transcript } from "./records-views.js";

const SHOWN = 10;

class Earlier extends LitElement {
  static properties = {
    words: { attribute: false }, token: { attribute: false }, asc: { type: Number },
    _found: { state: true }, _whole: { state: true }, _failed: { state: true },
  };

  constructor() {
    super();
    this._found = [];
    this._whole = new Map();   // contact -> all of it, once it was opened
    this._failed = false;
  }

  createRenderRoot() { return this; }

  updated(changed) {
    if (changed.has("asc") && recorded() && this.asc) this.#load(this.asc);
  }

  async #load(asc) {
    this._found = [];
    this._whole = new Map();
    this._failed = false;
    try {
      const { contacts } = await search(this.token, { asc, limit: SHOWN });
      if (asc === this.asc) this._found = contacts;
    } catch {
      if (asc === this.asc) this._failed = true;
    }
  }

  async #open(contact, { newState }) {
    if (newState !== "open" || this._whole.has(contact)) return;
    try {
      this._whole = new Map([...this._whole, [contact, await whole(this.token, contact)]]);
    } catch {
      this._failed = true;
    }
  }

  render() {
    const { words } = this;
    if (!words || (this._found.length === 0 && !this._failed)) return nothing;
    const one = (contact) => html`<li><details @toggle=${(event) => this.#open(contact.contact, event)}>
      <summary>${moment(words, contact.closed_at)} · <span dir="auto">${contact.topic || words.t("context.no_topic")}</span>
        <span class="muted">${ending(words, contact)}</span></summary>
      ${this._whole.has(contact.contact) ? transcript(words, this._whole.get(contact.contact)) : nothing}</details></li>`;
    return html`<section class="others earlier"><h3>${words.t("records.earlier")}</h3>
      ${this._failed ? html`<p class="muted">${words.t("records.failed")}</p>` : nothing}
      <ul>${this._found.map(one)}</ul></section>`;
  }
}

customElements.define("rb-earlier", Earlier);
