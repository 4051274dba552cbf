/** The agent's contacts, one row each; who waits for the agent comes first. Keeps nothing. */

import { html, nothing, repeat } from "./lit.js";
import { avatar, icon } from "./icons.js";
import { dueChip, urgency } from "./console-offers.js";

const SIGNS = { callback: "phone", call: "phone", case: "clock" };

/** What a contact's row says under the name. */
function preview(console, held) {
  const { words } = console;
  const { t } = words;
  const last = held.view?.messages.at(-1);
  if (held.state === "wrapping") return t("row.wrap_up", { time: words.clock(held.wrap_up_by - console.now) });
  if (held.state === "dialling") return t("row.dial");
  if (held.channel === "callback" || held.channel === "call") return t("row.on_phone");
  if (last) return `${last.by === "agent" ? `${t("message.you")}: ` : ""}${last.text}`;
  return held.view?.topic || t("row.no_message");
}

/** What a contact's row says at its end: how much was not read, or how long the customer waits for an answer. */
function attention(console, held) {
  const { words } = console;
  if (held.unread) {
    return html`<span class="unread">${held.unread}
      <span class="visually-hidden">${words.t("row.unread", { n: held.unread })}</span></span>`;
  }
  const owed = held.needsMe && held.state === "connected" && held.channel === "chat";
  return owed ? html`<span class="muted">${words.duration(console.now - held.since)}</span>` : nothing;
}

function row(console, held) {
  const { words } = console;
  const { t } = words;
  const { view } = held;
  const away = !held.asc_here && held.channel === "chat" && held.state === "connected";
  const sign = SIGNS[held.channel];
  const urgent = { priority: view?.priority, triage: held.triage };
  return html`<li><button class="row" type="button" aria-current=${held.contact === console.selected ? "true" : nothing}
      @click=${() => console.select(held.contact)}>
    ${avatar(view?.asc)}
    <span class="lines"><span class="name">${view?.asc?.name ?? "…"}<span class="muted"> ${view?.asc?.company ?? ""}</span></span>
      <span class="preview ${held.state === "wrapping" ? "tabular" : ""}">${preview(console, held)}</span>
      <span class="chips">${sign ? html`<span class="chip info">${icon(sign)}${t(`context.${held.channel}`)}</span>` : nothing}
        ${view ? html`<span class="chip">${words.line(view.line)}</span>${urgency(words, urgent)}` : nothing}
        ${dueChip(words, held.clock, console.now)}
        ${away ? html`<span class="chip warn">${t("row.away")}</span>` : nothing}</span></span>
    <span class="side tabular">${attention(console, held)}</span>
  </button></li>`;
}

export const list = (console) => html`<ul class="rows">
  ${repeat(console.contacts, (held) => held.contact, (held) => row(console, held))}</ul>`;
