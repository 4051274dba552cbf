/** What is known of a contact and its customer, and how bad it is; a column of its own, or a sheet where there is no room. */

import { html, nothing } from "./lit.js";
import { avatar, icon } from "./icons.js";
import { DROPS, PRIORITIES } from "./codes.js";
import { due, handedOn } from "./console-offers.js";
import { chooseAndDo, press } from "./parts.js";

const INCIDENT = "[A-Za-z0-9][A-Za-z0-9_\\-]{0,63}";

const confirmOf = (console, held) => (priority) => (
  console.act(`priority.${held.contact}`, { t: "priority.confirm", contact: held.contact, priority }));

/** P1 to P4, as the agent who talks judges it. */
function priorities(console, held) {
  const { t } = console.words;
  const confirm = confirmOf(console, held);
  const given = (priority) => !held.triage && held.view.priority === priority;
  return html`<div class="switch priorities" role="group" aria-label=${t("context.priority")}>${PRIORITIES.map((each) => html`
    <button type="button" aria-pressed=${given(each)} title=${t(`priority.${each}`)} ?disabled=${console.isBusy(`priority.${held.contact}`)}
      @click=${() => confirm(each)}>P${each}<span class="visually-hidden">: ${t(`priority.${each}`)}</span></button>`)}</div>`;
}

/** The claim that everybody is affected, until it is confirmed. */
export function triage(console, held) {
  const { t } = console.words;
  if (!held.triage || held.state !== "connected") return nothing;
  const confirm = confirmOf(console, held);
  const how = { kind: "small", disabled: console.isBusy(`priority.${held.contact}`) };
  return html`<section class="triage" aria-label=${t("triage.title")}><p>${icon("alert-triangle")}<strong>${t("triage.title")}</strong></p>
    <p>${t("triage.ask")}</p>
    <div class="actions">${PRIORITIES.map((each) => press(t(`priority.${each}`), () => confirm(each), how))}</div></section>`;
}

function incident(console, held) {
  const { t } = console.words;
  const link = (event) => {
    event.preventDefault();
    const box = event.target.elements.incident;
    console.act(`incident.${held.contact}`, { t: "incident.link", contact: held.contact, incident: box.value.trim() });
  };
  return html`<form class="field linked" @submit=${link}><label for="incident">${t("context.incident")}</label>
    <div><input id="incident" name="incident" pattern=${INCIDENT} maxlength="64" required placeholder="INC-4711"
        title=${t("context.incident_pattern")} .value=${held.view.incident ?? ""}>
      <button class="button" ?disabled=${console.isBusy(`incident.${held.contact}`)}>${t("context.link")}</button></div></form>`;
}

/** What else the customer has open; a callback among it can be dropped. */
function others(console, held) {
  const { words } = console;
  const { t } = words;
  if (!held.view.others?.length) return nothing;
  const one = (other) => {
    const key = `drop.${other.contact}`;
    const choices = DROPS.map((reason) => [reason, t(`drop.${reason}`)]);
    const act = (reason) => console.drop(held, other, reason);
    const waits = other.channel === "callback" && ["scheduled", "due"].includes(other.state);
    const disabled = console.isBusy(key);
    return html`<li><strong>${t(`context.${other.channel}`)} · ${words.line(other.line)}</strong>
      ${other.promise ? html`<span class="muted">${words.promise(other.promise, console.now)}
        ${other.for_agent === console.agent.id ? t("context.with_me") : nothing}</span>` : nothing}
      ${waits ? chooseAndDo({ label: t("context.drop_why"), choices, go: t("context.drop"), act, disabled }) : nothing}</li>`;
  };
  return html`<section class="others"><h3>${t("context.others")}</h3><ul>${held.view.others.map(one)}</ul></section>`;
}

/** By when a case is to be answered, and that its clock stands still outside work hours. */
function clock(console, held) {
  const { words } = console;
  const { clock: at } = held;
  if (!at) return nothing;
  const still = at.resumes_at ? html`<small>${words.t("clock.still", { moment: words.moment(at.resumes_at, console.now) })}</small>` : nothing;
  return html`<dt>${words.t("clock.response")}</dt>
    <dd class="tabular ${at.overdue ? "overdue" : ""}">${due(words, at, console.now)}${still}</dd>`;
}

/** Everything about the contact that is not said in it. */
export function context(console, held) {
  const { words } = console;
  const { t } = words;
  const { view } = held;
  const open = ["connected", "wrapping"].includes(held.state);
  const attempt = held.channel === "callback"
    ? html`<dt>${t("context.attempt")}</dt><dd class="tabular">${(view.failed_attempts ?? 0) + 1}</dd>` : nothing;
  return html`<aside class="column context ${console.asking === "details" ? "sheet" : ""}" aria-label=${t("context.label")}>
    <div class="person">${avatar(view.asc)}<div><strong>${view.asc?.name}</strong><span class="muted">${view.asc?.company}</span></div>
      ${press(t("context.hide"), () => console.ask(null), { kind: "small hide" })}</div>
    ${handedOn(words, view)}
    <dl class="facts">
      <dt>${t("context.line")}</dt><dd>${words.line(view.line)}</dd>
      <dt>${t("context.topic")}</dt><dd>${view.topic || t("context.no_topic")}</dd>
      <dt>${t("context.impact")}</dt><dd>${t(`impact.${view.impact ?? "one"}`)}</dd>
      <dt>${t("context.since")}</dt><dd class="tabular">${words.moment(view.waiting_since, console.now)}</dd>
      ${clock(console, held)}
      <dt>${t("context.channel")}</dt><dd>${t(`context.${held.channel}`)}</dd>
      ${attempt}
      <dt>${t("context.id")}</dt><dd class="tabular">${String(view.contact)}</dd>
    </dl>
    ${held.state === "connected" ? html`<div class="field"><span class="label">${t("context.priority")}</span>
      ${priorities(console, held)}<small>${held.triage ? t("triage.open") : t(`priority.${view.priority ?? 3}`)}</small></div>` : nothing}
    ${open ? incident(console, held) : nothing}
    ${others(console, held)}
    <rb-earlier .words=${words} .token=${console.token} .asc=${view.asc?.id ?? 0}></rb-earlier>
  </aside>`;
}
