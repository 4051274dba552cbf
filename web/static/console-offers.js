/** What rings at the agent: who, about what, why at this agent, and how long it still rings. Keeps nothing. */

import { html, nothing } from "./lit.js";
import { icon } from "./icons.js";
import { DECLINES } from "./codes.js";
import { press } from "./parts.js";

const IMPACT_KIND = { some: "warn", everybody: "danger" };
const PRIORITY_KIND = { 1: "danger", 2: "warn" };

function ring(share) {
  const left = Math.max(0, Math.min(100, share * 100));
  return html`<svg class="ring" viewBox="0 0 36 36" aria-hidden="true"><circle cx="18" cy="18" r="15.9" pathLength="100"></circle>
    <circle class="left" cx="18" cy="18" r="15.9" pathLength="100" stroke-dasharray="${left} 100"></circle></svg>`;
}

/** How many cannot work and how bad it is, where it is not the usual. */
export function urgency(words, { impact, priority, triage }) {
  const { t } = words;
  return html`${IMPACT_KIND[impact] ? html`<span class="chip ${IMPACT_KIND[impact]}">${t(`impact.chip_${impact}`)}</span>` : nothing}
    ${priority === 3 || !priority ? nothing : html`<span class="chip ${PRIORITY_KIND[priority] ?? ""}">P${priority}</span>`}
    ${triage ? html`<span class="chip warn">${t("triage.chip")}</span>` : nothing}`;
}

/** By when a case is to be answered, in words; nothing for what has no clock. */
export function due(words, clock, now) {
  if (!clock) return "";
  if (!clock.due) return words.t("clock.unknown");
  return words.t(clock.overdue ? "clock.overdue" : "clock.due", { moment: words.moment(clock.due, now) });
}

/** The same as a chip; it warns once the time has passed. */
export function dueChip(words, clock, now) {
  return clock ? html`<span class="chip tabular ${clock.overdue ? "danger" : ""}">${icon("clock")}${due(words, clock, now)}</span>` : nothing;
}

/** What the agent who handed the contact on wrote. */
export function handedOn({ t }, { note, note_by: name }) {
  if (!note) return nothing;
  return html`<blockquote class="handed-on"><span class="muted">${name ? t("offer.note_by", { name }) : t("offer.note")}</span>${note}</blockquote>`;
}

export function offerCard(console, offer, index) {
  const { words, state } = console;
  const { t } = words;
  const left = offer.due - console.now;
  const busy = console.isBusy(`offer.${offer.offer}`);
  const name = offer.asc?.name ?? "";
  const waited = words.duration(console.now - offer.waiting_since);
  const keys = index === 0 ? html` <kbd>Alt A</kbd>` : nothing;
  return html`<article class="card offer ${offer.channel}" aria-label=${t("offer.label", { name })}>
    <div class="top"><span class="countdown">${ring(left / state.desk.offer_timeout_ms)}
        <span class="tabular" aria-hidden="true">${Math.max(0, Math.ceil(left / 1000))}</span></span>
      <div><strong>${t(`offer.${offer.channel}`)}</strong>
        <span>${name}${offer.asc?.company ? html`<span class="muted"> · ${offer.asc.company}</span>` : nothing}</span></div></div>
    ${offer.topic ? html`<p class="topic">${offer.topic}</p>` : nothing}
    ${handedOn(words, offer)}
    <p class="why">${t("offer.why", { line: words.line(offer.line), why: t(`why.${offer.why}`) })}</p>
    <p class="chips"><span class="chip tabular">${icon("clock")}${t("offer.waited", { time: waited })}</span>${urgency(words, offer)}
      ${dueChip(words, offer.clock, console.now)}</p>
    <div class="actions">
      ${press(html`${t("offer.accept")}${keys}`, () => console.accept(offer), { kind: "primary", disabled: busy })}
      ${DECLINES.map((reason) => press(t(`decline.${reason}`), () => console.decline(offer, reason), { disabled: busy }))}</div>
  </article>`;
}
