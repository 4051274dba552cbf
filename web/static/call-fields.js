/**
 * `<rb-call-fields>`: a number and when to call it, as part of a form of the widget or the console.
 *
 * Renders into the tree it stands in. `value` is what an operation carries: `number`, `region`, `window_from`,
 * `window_to`; 0 and 0 is as soon as possible. Times are those that the desk can still promise, by the reader's own
 * clock: `ask` is called when they are needed, and `windows` is the answer, null until it came.
 */

import { LitElement, html, nothing } from "./lit.js";
import { REGIONS, likelyRegion } from "./regions.js";
import { sayable } from "./sayable.js";
import { byDay } from "./times.js";

class CallFields extends LitElement {
  static properties = {
    words: { attribute: false }, windows: { attribute: false }, ask: { attribute: false }, known: {}, hint: {},
    /** What may be chosen: `soon` (nothing to choose), `either`, or `window`. */
    when: {},
    _later: { state: true }, _day: { state: true },
  };

  #asked = false;

  constructor() {
    super();
    this.windows = null;
    this.ask = () => {};
    this.known = "";
    this.hint = "";
    this.when = "either";
    this._later = false;
    this._day = null;
  }

  createRenderRoot() { return this; }

  get value() {
    const field = (name) => this.querySelector(`[name="${name}"]`)?.value ?? "";
    const chosen = this.#chooses ? this.windows?.find((each) => each.from === Number(field("time"))) : null;
    const region = field("region");
    return {
      number: sayable(field("number")) || "-", ...(region ? { region } : {}),
      ...(this.when === "soon" ? {} : { window_from: chosen?.from ?? 0, window_to: chosen?.to ?? 0 }),
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
        <input id="number" name="number" type="tel" inputmode="tel" autocomplete="tel" maxlength="40" required .value=${this.known}>
        ${this.hint ? html`<small>${this.hint}</small>` : nothing}</div>`;
  }

  updated() {
    if (!this.#chooses || this.#asked) return;
    this.#asked = true;
    this.ask();
  }

  #times() {
    const { words, windows } = this;
    const { t } = words;
    if (!windows) return html`<p class="muted" role="status">${t("when.asking")}</p>`;
    const days = byDay(windows);
    const [day, times] = days.find(([noon]) => noon === this._day) ?? days[0] ?? [null, []];
    if (day === null) return html`<p class="muted" role="status">${t("when.none")}</p>`;
    return html`<div class="pair">
        <div class="field"><label for="day">${t("when.day")}</label>
          <select id="day" name="day" @change=${(event) => { this._day = Number(event.target.value); }}>
            ${days.map(([noon]) => html`<option value=${noon} ?selected=${noon === day}>${words.day(noon)}</option>`)}</select></div>
        <div class="field"><label for="time">${t("when.time")}</label>
          <select id="time" name="time">
            ${times.map(({ from, to }) => html`<option value=${from}>${words.time(from)} – ${words.time(to)}</option>`)}</select></div>
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
