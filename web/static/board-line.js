/** A line from near: who waits, why nobody serves them, who holds what, and what a supervisor can do about it. Keeps nothing. */

import { html, nothing } from "./lit.js";
import { icon } from "./icons.js";
import { PRIORITIES } from "./codes.js";
import { dueChip, urgency } from "./console-offers.js";
import { told } from "./board-told.js";
import { chooseAndDo, press } from "./parts.js";

/** Why a contact waits, in words: at whom it rings, for whom it waits, or what keeps the agents who are there. */
function why(table, contact) {
  const { words } = table;
  const { t } = words;
  if (contact.offered_to) return t("line.rings", { name: table.agentName(contact.offered_to) });
  if (contact.for_agent) return t("line.for_agent", { name: table.agentName(contact.for_agent) });
  if (contact.pool) return t("line.for_pool", { pool: contact.pool });
  if (contact.why_not === null) return "";
  const reasons = Object.entries(contact.why_not).sort((a, b) => b[1] - a[1]);
  if (!reasons.length) return t("line.nobody");
  return t("line.why_not", { reasons: reasons.map(([reason, n]) => t("line.reason", { reason: t(`barrier.${reason}`), n })).join(" · ") });
}

const who = (contact) => html`<strong>${contact.asc?.name || "…"}</strong>${contact.asc?.company
  ? html`<span class="muted"> · ${contact.asc.company}</span>` : nothing}`;

function waiting(table, contact, place) {
  const { words, board } = table;
  const { t } = words;
  const id = contact.contact;
  const busy = table.isBusy(`contact.${id}`);
  const act = (op) => table.act(`contact.${id}`, { ...op, contact: id });
  const lines = board.lines.filter((line) => line.line !== table.chosen).map((line) => [line.line, words.line(line.line)]);
  return html`<li><span class="numeral tabular" aria-hidden="true">${words.number(place)}</span>
    <div class="about"><p>${who(contact)} <span class="chip">${t(`context.${contact.channel}`)}</span>
        ${urgency(words, contact)} ${dueChip(words, contact.clock, table.now)} <span class="muted tabular">${words.duration(table.since(contact.waiting_since))}</span></p>
      ${contact.topic ? html`<p class="topic">${contact.topic}</p>` : nothing}
      <p class="muted">${why(table, contact)}</p></div>
    <div class="acts">
      <div class="switch priorities" role="group" aria-label=${t("line.priority", { name: contact.asc?.name ?? "" })}>
        ${PRIORITIES.map((each) => html`
          <button type="button" aria-pressed=${contact.priority === each} title=${t(`priority.${each}`)} ?disabled=${busy}
            @click=${() => act({ t: "contact.prioritise", priority: each })}>P${each}</button>`)}</div>
      ${chooseAndDo({
        label: t("line.move_to"), choices: lines, go: t("line.move"), act: (line) => act({ t: "contact.move", line }), disabled: busy,
      })}
      ${contact.offered_to ? press(t("line.pull_offer"), () => act({ t: "contact.pull" }), { kind: "small", disabled: busy }) : nothing}
    </div></li>`;
}

function held(table, contact) {
  const { words } = table;
  const { t } = words;
  const id = contact.contact;
  const name = table.agentName(contact.agent);
  const asking = table.asking === id;
  const pull = () => { table.ask(null); table.act(`contact.${id}`, { t: "contact.pull", contact: id }); };
  return html`<li><div class="about">
      <p>${who(contact)} <span class="chip">${t(`context.${contact.channel}`)}</span> ${urgency(words, contact)}</p>
      <p class="muted">${t(`line.${contact.state}`, { name })}</p></div>
    ${contact.state === "wrapping" ? nothing : html`<div class="acts">${asking
      ? html`<span>${t("line.pull_sure", { asc: contact.asc?.name ?? "", name })}</span>
        ${press(t("line.pull"), pull, { kind: "small danger" })}${press(t("confirm.no"), () => table.ask(null), { kind: "small" })}`
      : press(t("line.pull"), () => table.ask(id), { kind: "small", disabled: table.isBusy(`contact.${id}`) })}</div>`}</li>`;
}

/** The inside of the line that was chosen. */
export function inside(table) {
  const { words, board, line } = table;
  const { t } = words;
  if (!line) return html`<p class="muted" role="status">${t("board.loading")}</p>`;
  const more = (n) => (n ? html`<p class="muted">${t("line.more", { n })}</p>` : nothing);
  const none = (text) => html`<p class="muted">${text}</p>`;
  return html`<div class="inside">
    <section aria-label=${t("line.waiting")}><h3>${t("line.waiting")}</h3>
      ${line.waiting.length ? html`<ol>${line.waiting.map((contact, i) => waiting(table, contact, i + 1))}</ol>` : none(t("line.none"))}
      ${more(line.more)}</section>
    ${told(words, board.lines.find((each) => each.line === line.line)?.told, table.today.speed)}
    <section aria-label=${t("line.held")}><h3>${t("line.held")}</h3>
      ${line.held.length ? html`<ul>${line.held.map((contact) => held(table, contact))}</ul>` : none(t("line.none_held"))}
      ${more(line.held_more)}</section>
    ${press(html`${icon("x")}${t("line.close_view")}`, () => table.choose(null), { kind: "quiet small" })}
  </div>`;
}
