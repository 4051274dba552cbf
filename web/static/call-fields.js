/**
 * `<rb-call-fields>`: a number and when to call it, as part of a form of the widget or the console.
 *
 * Renders into the tree it stands in. `value` is what an operation carries: `number`, `region`, `window_from`,
 * `window_to`; 0 and 0 is as soon as possible. Times are chosen by the reader's own clock.
 */

import { LitElement, html, nothing } from "./lit.js";
import { REGIONS, likelyRegion } from "./regions.js";
import { sayable } from "./sayable.js";
import { WINDOW_MS, windowDays, windowsOf } from "./windows.js";

class CallFields extends LitElement {
  static properties = {
    words: { attribute: false }, horizon: { attribute: false }, known: {}, hint: {},
    /** What may be chosen: `soon` (nothing to choose), `either`, or `window`. */
    when: {},
    _later: { state: true }, _day: { state: true },
  };

  constructor() {
    super();
    this.horizon = 0;
    this.known = "";
    this.hint = "";
    this.when = "either";
    this._later = false;
    this._day = null;
  }

  createRenderRoot() { return this; }

  get value() {
    const field = (name) => this.querySelector(`[name="${name}"]`)?.value ?? "";
    const from = this.#chooses ? Number(field("time")) : 0;
    const region = field("region");
    return {
      number: sayable(field("number")) || "-", ...(region ? { region } : {}),
      ...(this.when === "soon" ? {} : { window_from: from, window_to: from && from + WINDOW_MS }),
    };
  }

  /** Whether a time is to be chosen. */
  get #chooses() { return this.when === "window" || (this.when === "either" && this._later); }

  async focus() {
    await this.updateComplete;
    this.querySelector("[name=number]")?.focus();
  }

  #number() {
    const { t } = this.words;
    const likely = likelyRegion(navigator.languages);
    const names = REGIONS.map((code) => [code, this.words.regionName(code)]).sort((a, b) => a[1].localeCompare(b[1], this.words.language));
    return html`
      <div class="field"><label for="region">${t("callback.region")}</label>
        <select id="region" name="region" autocomplete="country"><option value="">${t("callback.abroad")}</option>
          ${names.map(([code, name]) => html`<option value=${code} ?selected=${code === likely}>${name}</option>`)}</select></div>
      <div class="field"><label for="number">${t("callback.number")}</label>
        <input id="number" name="number" type="tel" inputmode="tel" autocomplete="tel" maxlength="40" required .value=${this.known} data-first>
        ${this.hint ? html`<small>${this.hint}</small>` : nothing}</div>`;
  }

  #times() {
    const { words, horizon } = this;
    const { t } = words;
    const now = Date.now();
    const days = windowDays(now, horizon);
    const day = days.includes(this._day) ? this._day : days[0];
    if (day === undefined) return html`<p class="muted">${t("when.none")}</p>`;
    const midday = (ahead) => new Date(now).setHours(12, 0, 0, 0) + ahead * 86_400_000;
    return html`<div class="pair">
        <div class="field"><label for="day">${t("when.day")}</label>
          <select id="day" name="day" @change=${(event) => { this._day = Number(event.target.value); }}>
            ${days.map((ahead) => html`<option value=${ahead} ?selected=${ahead === day}>${words.day(midday(ahead))}</option>`)}</select></div>
        <div class="field"><label for="time">${t("when.time")}</label>
          <select id="time" name="time">
            ${windowsOf(day, now, horizon).map((at) => html`<option value=${at}>${words.time(at)} – ${words.time(at + WINDOW_MS)}</option>`)}</select></div>
      </div><small class="muted">${t("when.zone", { zone: words.zone })}</small>`;
  }

  render() {
    if (!this.words) return nothing;
    const { t } = this.words;
    const way = (later, text) => html`<label><input type="radio" name="when" value=${later ? "later" : "soon"}
      .checked=${this._later === later} @change=${() => { this._later = later; }}><span>${text}</span></label>`;
    return html`${this.#number()}
      ${this.when === "either" ? html`<fieldset class="field"><legend class="label">${t("when.label")}</legend>
        <div class="choices stacked">${way(false, t("when.soon"))}${way(true, t("when.later"))}</div></fieldset>` : nothing}
      ${this.#chooses ? this.#times() : nothing}`;
  }
}

customElements.define("rb-call-fields", CallFields);
