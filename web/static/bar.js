/** `<rb-bar page="demo">`: the top of every page: where one is, where one can go, language, light or dark. */

import { LitElement, html, nothing } from "./lit.js";
import { LANGUAGES, loadWords } from "./i18n.js";
import { icon } from "./icons.js";
import { prefs } from "./prefs.js";

const PAGES = { demo: "/demo", widget: "/widget", console: "/console" };
const NEXT_THEME = { auto: "dark", dark: "light", light: "auto" };

export const brand = html`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" aria-hidden="true">
  <path d="M20 12a8 8 0 1 1-2.6-5.9"></path><path d="M20.4 2.6v4.2h-4.2"></path><path d="M8.6 12.4l2.4 2.4 4.4-5"></path></svg>`;

const half = html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
  <circle cx="12" cy="12" r="9"></circle><path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor"></path></svg>`;

class Bar extends LitElement {
  static properties = { page: {}, _words: { state: true } };

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("prefs", this.#load);
    this.#load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("prefs", this.#load);
  }

  #load = async () => {
    this._words = await loadWords(prefs.language);
    this.requestUpdate();
  };

  render() {
    if (!this._words) return nothing;
    const { t } = this._words;
    const { theme } = prefs;
    const themeLabel = t(`theme.${theme}`);
    return html`<header class="bar">
      <a class="skip" href="#main">${t("bar.skip")}</a>
      <a class="brand" href="/">${brand}<span>Ringback</span></a>
      ${"demo" in document.documentElement.dataset ? html`<span class="demo" title=${t("bar.demo_hint")}>${t("bar.demo")}</span>` : nothing}
      <nav aria-label=${t("bar.pages")}>${Object.entries(PAGES).map(([name, path]) => html`
        <a href=${path} aria-current=${name === this.page ? "page" : nothing}>${t(`page.${name}`)}</a>`)}</nav>
      <div class="prefs">
        <label class="visually-hidden" for="bar-language">${t("bar.language")}</label>
        <select id="bar-language" @change=${(event) => prefs.set({ language: event.target.value })}>
          ${Object.entries(LANGUAGES).map(([code, name]) => html`
            <option value=${code} lang=${code} ?selected=${code === prefs.language}>${name}</option>`)}</select>
        <button class="button quiet square" type="button" aria-label=${themeLabel} title=${themeLabel} @click=${() => prefs.set({ theme: NEXT_THEME[theme] })}>
          ${theme === "auto" ? half : icon(theme === "dark" ? "moon" : "sun")}</button>
      </div></header>`;
  }
}

customElements.define("rb-bar", Bar);
