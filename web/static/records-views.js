/** How a closed contact is shown, wherever it is. Functions of what they are given: they keep nothing. */

import { html, nothing } from "./lit.js";

const OUTCOMES = Object.freeze(["served", "abandoned", "short_abandon", "blocked", "cancelled", "expired", "unreachable"]);

export const outcomes = (words) => OUTCOMES.map((each) => [each, words.t(`records.outcome.${each}`)]);

/** A day and a time that may be long ago. */
export const moment = (words, at) => new Intl.DateTimeFormat(words.locale, { dateStyle: "medium", timeStyle: "short" }).format(at);

/** How a contact ended, and what the agent said of it. */
export function ending(words, contact) {
  const stated = [["reason", contact.stated_reason], ["outcome", contact.stated_outcome]];
  const said = stated.filter(([, code]) => code).map(([kind, code]) => words.name(kind, code));
  return [words.t(`records.outcome.${contact.outcome}`), ...said].join(" · ");
}

function punctuality(words, ms) {
  if (!ms) return words.t("records.punctual");
  return words.t(ms < 0 ? "records.early" : "records.late", { time: words.duration(Math.abs(ms)) });
}

const dialled = (words, result) => words.t(result === "lost" ? "records.dial_lost" : `dial.${result}`);

function said(words, message, contact) {
  const name = message.name || words.t(`records.by.${message.by}`);
  return html`<li class=${message.by}><span class="muted">${name} · <time class="tabular">${moment(words, message.at)}</time></span>
    <p dir="auto">${contact.erased ? words.t("records.erased_words") : message.text}</p></li>`;
}

/** Everything that is recorded of a contact. */
export function transcript(words, contact) {
  const { t } = words;
  const agents = contact.turns.map((turn) => turn.name || t("board.agent", { id: String(turn.agent) }));
  const fact = (name, value) => (value === null || value === "" ? nothing : html`<dt>${t(name)}</dt><dd>${value}</dd>`);
  return html`${contact.erased ? html`<p class="told"><span>${t("records.erased")}</span></p>` : nothing}
    <dl class="facts">
      ${fact("context.topic", contact.topic)}
      ${fact("records.ended", ending(words, contact))}
      ${fact("records.agents", agents.join(", "))}
      ${fact("records.opened", moment(words, contact.opened_at))}
      ${fact("records.waited", contact.waited_ms === null ? "" : words.duration(contact.waited_ms))}
      ${fact("records.talked", words.duration(contact.talked_ms))}
      ${fact("context.priority", `P${contact.priority}`)}
      ${fact("context.incident", contact.incident)}
      ${fact("records.number", contact.number)}
      ${fact("records.promise", contact.punctuality_ms === null ? "" : punctuality(words, contact.punctuality_ms))}
      ${fact("records.dials", contact.dials.map((dial) => dialled(words, dial.result)).join(", "))}
      ${fact("records.note", contact.note)}
      ${fact("context.id", String(contact.contact))}
    </dl>
    ${contact.said.length ? html`<ol class="said">${contact.said.map((each) => said(words, each, contact))}</ol>`
      : html`<p class="muted">${t("records.nothing_said")}</p>`}`;
}
