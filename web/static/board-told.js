/** How right the told waits were: of a line, or of all of them. Keeps nothing. */

import { html, nothing } from "./lit.js";

const FEW = 20;

/** A share in words; of few as it was counted. */
const share = (words, k, n) => (n < FEW ? words.t("board.of", { k: words.number(k), n: words.number(n) }) : words.percent(k / n, 0));

/** The mean errors: how far off, and to which side. */
function errors(words, { mae_ms: off, bias_ms: bias }, speed) {
  if (off === null) return nothing;
  const side = bias < 0 ? "told.too_much" : "told.too_little";
  return html`<p>${words.t("told.off", { time: words.duration(off * speed) })} ${words.t(side, { time: words.duration(Math.abs(bias) * speed) })}</p>`;
}

function judged(words, name, accuracy, speed) {
  if (!accuracy.n && !accuracy.dropped) return nothing;
  const args = { inside: share(words, accuracy.inside, accuracy.n), kept: share(words, accuracy.kept, accuracy.n) };
  return html`<div class="told-of"><h4>${words.t(`told.${name}`)}</h4>
    ${accuracy.n ? html`<p>${words.t("told.coverage", args)}</p>` : nothing}${errors(words, accuracy, speed)}
    <p class="muted tabular">n = ${words.number(accuracy.n)}${accuracy.dropped ? ` · ${words.t("told.dropped", { n: accuracy.dropped })}` : nothing}</p></div>`;
}

/** The ranges that contacts were told first, and those told later. `speed`: how many times as fast as life the days go. */
export function told(words, accuracy, speed) {
  if (!accuracy) return nothing;
  const { first, later } = accuracy;
  const none = !first.n && !first.dropped && !later.n && !later.dropped;
  return html`<section class="told-waits" aria-label=${words.t("told.title")}><h3>${words.t("told.title")}</h3>
    ${none ? html`<p class="muted">${words.t("told.none")}</p>` : nothing}
    ${judged(words, "first", first, speed)}${judged(words, "later", later, speed)}
    ${accuracy.not_kept ? html`<p class="muted">${words.t("told.not_kept", { n: accuracy.not_kept })}</p>` : nothing}</section>`;
}
