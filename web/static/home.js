/** `<rb-home>`: where to go. */

import { html, nothing } from "./lit.js";
import { icon } from "./icons.js";
import { PageElement } from "./page.js";

const WAYS = [["demo", "/demo", "activity"], ["widget", "/widget", "message-circle"], ["console", "/console", "users"]];

class Home extends PageElement {
  render() {
    if (!this.words) return nothing;
    const { t } = this.words;
    return html`<div class="home">
      <section class="intro"><h1>${t("home.title")}</h1><p>${t("home.lead")}</p></section>
      <section class="ways" aria-label=${t("bar.pages")}>${WAYS.map(([name, path, sign]) => html`
        <a class="card way" href=${path}>${icon(sign)}<h2>${t(`page.${name}`)}</h2><p>${t(`home.${name}`)}</p></a>`)}</section>
      <section class="try"><h2>${t("home.try")}</h2><ol><li>${t("home.try_1")}</li><li>${t("home.try_2")}</li><li>${t("home.try_3")}</li></ol></section>
    </div>`;
  }
}

customElements.define("rb-home", Home);
