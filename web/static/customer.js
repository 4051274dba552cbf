/** A page as a customer's company might have it, with the widget put on it. Everything on it is invented. */

import { html, nothing } from "./lit.js";
import { demoToken } from "./entry.js";
import { icon } from "./icons.js";
import { PageElement } from "./page.js";
import { prefs } from "./prefs.js";
import "./widget.js";

const REPORTS = [["customer.report_1", 482.6, "warn"], ["customer.report_2", 1210.15, "ok"], ["customer.report_3", 96.4, "info"]];

class Customer extends PageElement {
  connectedCallback() {
    super.connectedCallback();
    const widget = document.querySelector("ringback-widget");
    const name = new URLSearchParams(location.search).get("as")?.trim().slice(0, 40);
    widget.token = demoToken("asc", name || undefined);
    const follow = () => { widget.lang = prefs.language; };
    addEventListener("prefs", follow);
    follow();
  }

  render() {
    if (!this.words) return nothing;
    const { t } = this.words;
    const money = (value) => new Intl.NumberFormat(this.words.language, { style: "currency", currency: "EUR" }).format(value);
    return html`<div class="customer">
      <header class="company"><span class="mark" aria-hidden="true">L</span>
        <div><strong>Larkfield Instruments</strong><span>${t("customer.portal")}</span></div></header>
      <section class="greeting"><h1>${t("customer.hello")}</h1><p>${t("customer.lead")}</p></section>
      <section class="card table"><h2>${t("customer.reports")}</h2>
        <ul>${REPORTS.map(([key, amount, kind]) => html`<li><span>${t(key)}</span>
          <span class="chip ${kind}">${t(`customer.${kind}`)}</span><span class="tabular amount">${money(amount)}</span></li>`)}</ul></section>
      <section class="hints">${["trip", "card"].map((each) => html`<article class="card">
          <h2>${t(`customer.${each}`)}</h2><p>${t(`customer.${each}_text`)}</p></article>`)}
        <article class="card help">${icon("circle-help")}<div><h2>${t("customer.help")}</h2><p>${t("customer.help_text")}</p></div></article></section>
    </div>`;
  }
}

customElements.define("rb-customer", Customer);
