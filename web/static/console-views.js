/** The console's frame: the columns, and what there is to tell over them. Functions of the console alone: they keep nothing. */

import { html, nothing, repeat } from "./lit.js";
import { conversation } from "./console-contact.js";
import { list } from "./console-list.js";
import { offerCard } from "./console-offers.js";
import { statusBar } from "./console-status.js";
import { blank, news } from "./parts.js";

/** The three columns. */
export function frame(console) {
  const { agent, words, contacts } = console;
  const { t } = words;
  const online = agent.status === "available" && agent.state !== "not_responding";
  return html`${news(console)}<div class="console ${console.showList ? "listing" : ""}">
    <aside class="column first" aria-label=${t("console.mine")}>
      ${statusBar(console)}
      <div class="offers" role="region" aria-live="assertive" aria-relevant="additions" aria-label=${t("offer.region")}>
        ${repeat(agent.offers, (offer) => offer.offer, (offer, i) => offerCard(console, offer, i))}</div>
      ${contacts.length ? list(console) : agent.offers.length ? nothing
        : online ? blank("message-circle", t("console.none")) : blank("coffee", t("console.none_away"))}
    </aside>
    ${conversation(console)}
  </div>`;
}
