/** What a customer sees of a callback, a call or a case. Functions of the widget alone: they keep nothing. */

import { html, nothing } from "./lit.js";
import { icon } from "./icons.js";

/** The place in line, in words. */
export const place = (words, contact) => (contact.position > 1 ? words.t("waiting.place", { n: contact.position })
  : contact.position === 1 ? words.t("waiting.first") : words.t("waiting.soon"));

function headline(widget) {
  const { contact, words, connection } = widget;
  const { t } = words;
  const name = contact.agent?.name ?? "";
  if (contact.channel === "case") return contact.state === "connected" ? t("case.worked_on", { name }) : t("case.open");
  if (contact.state === "dialling") return t("callback.calling", { name });
  if (contact.state === "connected") return t("callback.talking", { name });
  if (contact.channel === "call") return t("call.waiting");
  if (contact.failed_attempts && contact.state === "scheduled") {
    return t("callback.failed", { moment: words.moment(contact.dial_at, connection.now()) });
  }
  return t("callback.reserved");
}

/** By when a case has its first answer, where that is promised. */
function answered({ contact, words, connection }) {
  const { due, overdue } = contact.clock ?? {};
  if (!due) return nothing;
  return html`<p class=${overdue ? "" : "muted"}>${words.t(overdue ? "case.late" : "case.by", { moment: words.moment(due, connection.now()) })}</p>`;
}

function told(widget) {
  const { contact, words } = widget;
  const { t } = words;
  const held = ["dialling", "connected"].includes(contact.state);
  if (contact.channel === "case") return html`${held ? nothing : html`<p class="muted">${t("case.keep")}</p>`}${answered(widget)}`;
  if (held) return nothing;
  if (contact.channel === "call") return nothing;
  return html`<p class="muted">${contact.state === "scheduled" ? t("callback.keep_later") : t("callback.keep")}</p>`;
}

/** When the call will be, as it was promised, or later where the promise could not be kept. */
function when({ contact, words, connection }) {
  const now = connection.now();
  if (contact.dial_at && (!contact.promise || contact.dial_at > contact.promise[1])) return words.moment(contact.dial_at, now);
  return contact.promise ? words.promise(contact.promise, now) : null;
}

/** A callback from asking to talking, a call that waits, or a case: there is nothing to write here. */
export function reserved(widget) {
  const { contact, words } = widget;
  const { t } = words;
  const live = ["dialling", "connected"].includes(contact.state);
  const sign = contact.channel === "case" ? "clock" : live ? "phone-call" : "phone-incoming";
  const fact = (name, value, kind = "") => (value ? html`<dt>${t(`callback.fact_${name}`)}</dt><dd class=${kind}>${value}</dd>` : nothing);
  const stands = !live && ["due", "waiting"].includes(contact.state) && contact.channel !== "case";
  return html`<div class="middle"><div class="reservation ${contact.state === "dialling" ? "ringing" : ""}">
    <span class="badge">${icon(sign)}</span>
    <h3 role="status">${headline(widget)}</h3>
    <dl class="facts">
      ${fact("number", contact.number, "tabular")}
      ${live ? nothing : fact("when", when(widget))}
      ${stands ? fact("place", place(words, contact)) : nothing}
      ${fact("line", words.line(contact.line))}
      ${fact("topic", contact.topic)}
    </dl>
    ${told(widget)}
  </div></div>`;
}
