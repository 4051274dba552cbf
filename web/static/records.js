/** `<rb-records>`: where a supervisor looks for contacts that are over, and reads one whole. */

import { html, nothing } from "./lit.js";
import { demoToken } from "./entry.js";
import { icon } from "./icons.js";
import { PageElement } from "./page.js";
import { blank, press } from "./parts.js";
import { search, whole } from "./records-api.js";
import { ending, moment, outcomes, transcript } from "./records-views.js";

/** The begin of a day in the reader's own time, ms; "" for no day. `later` days on. */
function dayMs(value, later = 0) {
  if (!value) return "";
  const [year, month, day] = value.split("-").map(Number);
  return new Date(year, month - 1, day + later).getTime();
}

class Records extends PageElement {
  static properties = {
    ...PageElement.properties, _found: { state: true }, _after: { state: true }, _chosen: { state: true }, _failed: { state: true },
  };

  #token = demoToken("supervisor");
  #asked = 0;
  #query = {};

  constructor() {
    super();
    /** The contacts that were found; null before the first answer. */
    this._found = null;
    this._after = null;
    this._chosen = null;
    this._failed = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#search({}, null);
  }

  titled() { document.title = `${this.words.t("page.records")} · Ringback`; }

  /** Look for contacts, or for more of them; an answer that comes after a later question is let go. */
  async #search(query, after) {
    this.#asked += 1;
    const mine = this.#asked;
    this.#query = query;
    this._failed = null;
    try {
      const found = await search(this.#token, { ...query, after });
      if (mine !== this.#asked) return;
      this._found = after === null ? found.contacts : [...this._found, ...found.contacts];
      this._after = found.after;
    } catch (problem) {
      if (mine === this.#asked) this._failed = problem;
    }
  }

  async #choose(contact) {
    try {
      this._chosen = await whole(this.#token, contact);
    } catch (problem) {
      this._failed = problem;
      return;
    }
    await this.updateComplete;
    this.querySelector(".whole h2")?.focus();
  }

  #submit = (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    const { since, until, ...rest } = given;
    for (const name of Object.keys(rest)) rest[name] = rest[name].trim();
    this._chosen = null;
    this.#search({ ...rest, since: dayMs(since), until: dayMs(until, 1) }, null);
  };

  #form() {
    const { t } = this.words;
    const field = (name, attributes) => html`<div class="field"><label for=${name}>${t(`records.${name}`)}</label>${attributes}</div>`;
    return html`<form class="card panel search" @submit=${this.#submit}>
      ${field("asc", html`<input id="asc" name="asc" inputmode="numeric" pattern="[0-9]{1,15}">`)}
      ${field("company", html`<input id="company" name="company" inputmode="numeric" pattern="[0-9]{1,15}">`)}
      ${field("line", html`<input id="line" name="line" pattern="[a-z][a-z0-9_\\-]*/[a-z]{2}(-[A-Z]{2})?" placeholder="expense/en" maxlength="40">`)}
      ${field("outcome_label", html`<select id="outcome_label" name="outcome"><option value="">${t("records.any")}</option>
        ${outcomes(this.words).map(([code, text]) => html`<option value=${code}>${text}</option>`)}</select>`)}
      ${field("since", html`<input id="since" name="since" type="date">`)}
      ${field("until", html`<input id="until" name="until" type="date">`)}
      <button class="button primary">${t("records.search")}</button></form>`;
  }

  #row(contact) {
    const { words } = this;
    const name = contact.erased ? words.t("records.erased_name") : contact.asc.name;
    return html`<tr class=${this._chosen?.contact === contact.contact ? "chosen" : ""}>
      <th scope="row"><button class="link" type="button" @click=${() => this.#choose(contact.contact)}>${moment(words, contact.closed_at)}</button></th>
      <td dir="auto">${name} <span class="muted">${contact.asc.company}</span></td>
      <td>${words.line(contact.line)}</td><td>${words.t(`context.${contact.channel}`)}</td>
      <td>${ending(words, contact)}</td>
      <td class="n">${contact.waited_ms === null ? "–" : words.duration(contact.waited_ms)}</td></tr>`;
  }

  #table() {
    const { t } = this.words;
    if (this._found === null) return blank("clock", t("records.loading"));
    if (this._found.length === 0) return blank("circle-help", t("records.none"));
    const heads = ["records.closed", "records.customer", "context.line", "context.channel", "records.ended", "records.waited"];
    return html`<div class="scroll"><table><thead><tr>${heads.map((each) => html`<th scope="col">${t(each)}</th>`)}</tr></thead>
      <tbody>${this._found.map((each) => this.#row(each))}</tbody></table></div>
      ${this._after === null ? nothing : press(t("records.more"), () => this.#search(this.#query, this._after))}`;
  }

  render() {
    if (!this.words) return nothing;
    const { words } = this;
    const failed = this._failed === null ? nothing : html`<p class="error" role="alert">${icon("alert-triangle")}
      <span>${words.t("records.failed")}</span></p>`;
    const chosen = this._chosen === null ? nothing : html`<article class="card panel whole">
      <h2 tabindex="-1" dir="auto">${this._chosen.asc.name || words.t("records.erased_name")}</h2>
      ${transcript(words, this._chosen)}${press(words.t("records.close"), () => { this._chosen = null; })}</article>`;
    return html`<div class="records"><header><h1>${words.t("page.records")}</h1><p class="muted">${words.t("records.lead")}</p></header>
      ${this.#form()}${failed}<section class="card panel lines" aria-label=${words.t("records.found")}>${this.#table()}</section>${chosen}</div>`;
  }
}

customElements.define("rb-records", Records);
