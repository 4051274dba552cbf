/** What an agent can do with a contact beside talking: hand it on, ring, book another callback. They keep nothing. */

import { html, nothing } from "./lit.js";
import { icon } from "./icons.js";
import { press } from "./parts.js";
import "./call-fields.js";

/** A form at the foot of the conversation, in the place of the composer. */
function sheet(console, label, act, body, go, busy) {
  const submit = (event) => {
    event.preventDefault();
    act(event.target);
  };
  return html`<form class="confirm tool" aria-label=${label} @submit=${submit}><h3>${label}</h3>${body}
    <div class="actions"><button class="button primary" ?disabled=${busy}>${go}</button>
      ${press(console.words.t("tool.cancel"), () => console.ask(null))}</div></form>`;
}

/** To whom a contact can go, as values of one choice: `line:travel/en`, `pool:seniors`, `agent:8`. */
function receivers(console, held) {
  const { words, state } = console;
  const { t } = words;
  const { pools = [], agents = [] } = state.colleagues ?? {};
  const lines = state.desk.lines.filter((line) => line !== held.view.line);
  const colleague = (agent) => t("transfer.colleague", {
    name: agent.name || t("board.agent", { id: String(agent.id) }), state: words.name("state", agent.state),
    used: agent.units, capacity: agent.capacity,
  });
  const group = (label, options) => (options.length ? html`<optgroup label=${label}>${options}</optgroup>` : nothing);
  const option = (value, text) => html`<option value=${value}>${text}</option>`;
  return html`<option value="" disabled selected>${t("transfer.choose")}</option>
    ${group(t("transfer.agents"), agents.map((agent) => option(`agent:${agent.id}`, colleague(agent))))}
    ${group(t("transfer.pools"), pools.map((pool) => option(`pool:${pool}`, pool)))}
    ${group(t("transfer.lines"), lines.map((line) => option(`line:${line}`, words.line(line))))}`;
}

function transfer(console, held) {
  const { t } = console.words;
  const act = (form) => {
    const [kind, to] = form.elements.to.value.split(/:(.*)/s);
    console.transfer(held, { [kind]: kind === "agent" ? Number(to) : to, note: form.elements.note.value.trim() });
  };
  return sheet(console, t("transfer.title"), act, html`
    <div class="field"><label for="to">${t("transfer.to")}</label>
      <select id="to" name="to" required data-first>${receivers(console, held)}</select></div>
    <div class="field"><label for="note">${t("transfer.note")}</label>
      <textarea id="note" name="note" rows="2" maxlength="500"></textarea><small>${t("transfer.note_hint")}</small></div>`,
  t("transfer.go"), console.isBusy(`transfer.${held.contact}`));
}

/** The whole number, if this agent may see it. */
const known = (view) => (/^\+\d+$/.test(view.number ?? "") ? view.number : "");

function ring(console, held) {
  const { words } = console;
  const { t } = words;
  const act = (form) => console.ring(held, form.querySelector("rb-call-fields").value);
  return sheet(console, t("ring.title", { name: held.view.asc?.name ?? "" }), act, html`
    <p class="muted">${t("ring.lead")}</p>
    <rb-call-fields .words=${words} when="soon" known=${known(held.view)} data-first></rb-call-fields>`,
  t("ring.go"), console.isBusy(`ring.${held.contact}`));
}

function book(console, held) {
  const { words, state, connection } = console;
  const { t } = words;
  const act = (form) => console.book(held, { ...form.querySelector("rb-call-fields").value, with_me: form.elements.with_me.checked });
  return sheet(console, t("book.title", { name: held.view.asc?.name ?? "" }), act, html`
    <rb-call-fields .words=${words} .windows=${state.slots?.line === held.view.line ? state.slots.slots : null}
      .ask=${() => connection.askSlots(held.view.line)} when="window" known=${known(held.view)} data-first></rb-call-fields>
    <label class="consent"><input type="checkbox" name="with_me" checked><span>${t("book.with_me")}</span></label>`,
  t("book.go"), console.isBusy(`book.${held.contact}`));
}

const FORMS = { transfer, ring, book };

/** The form that was asked for, or nothing. */
export const tool = (console, held) => FORMS[console.asking]?.(console, held) ?? nothing;

/** The buttons for what can be done with the contact now. */
export function tools(console, held) {
  const { t } = console.words;
  const connected = held.state === "connected";
  const may = {
    transfer: connected, ring: connected && held.channel === "chat",
    book: (connected || held.state === "wrapping") && console.state.desk.callbacks,
  };
  const signs = { transfer: "users", ring: "phone", book: "clock" };
  const button = (name) => html`<button class="button quiet small" type="button" aria-pressed=${console.asking === name}
    @click=${() => console.ask(console.asking === name ? null : name)}>${icon(signs[name])}${t(`tool.${name}`)}</button>`;
  return html`<div class="tools" role="group" aria-label=${t("tool.label")}>
    ${Object.keys(may).filter((name) => may[name]).map(button)}
    <button class="button quiet small details" type="button" aria-expanded=${console.asking === "details"}
      @click=${() => console.ask(console.asking === "details" ? null : "details")}>${icon("user")}${t("tool.details")}</button></div>`;
}
