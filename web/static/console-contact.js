/** One contact as its agent sees it: the conversation, the call or the case, and what to do next. Keeps nothing. */

import { html, nothing } from "./lit.js";
import { icon } from "./icons.js";
import { FAILURES, OUTCOMES, REASONS } from "./codes.js";
import { context, triage } from "./console-context.js";
import { tool, tools } from "./console-tools.js";
import { spaced } from "./numbers.js";
import { blank, press } from "./parts.js";

function dialling(console, held) {
  const { words } = console;
  const { t } = words;
  const { view } = held;
  const key = `dial.${held.contact}`;
  const busy = console.isBusy(key);
  const told = { contact: held.contact, attempt: view.attempt };
  const reached = () => console.act(key, { t: "dial.reached", ...told });
  const failed = (failure) => console.act(key, { t: "dial.failed", ...told, failure });
  return html`<div class="call card">
    <span class="badge">${icon("phone")}</span>
    <h2>${t("dial.title", { name: view.asc?.name ?? "" })}</h2>
    <a class="number tabular" href="tel:${view.number}" data-first>${spaced(view.number)}</a>
    <p class="muted">${t("dial.hint")}</p>
    <div class="actions centred">${press(html`${icon("phone-call")}${t("dial.reached")}`, reached, { kind: "primary", disabled: busy })}</div>
    <div class="actions centred">
      ${FAILURES.map((failure) => press(t(`dial.${failure}`), () => failed(failure), { kind: "small", disabled: busy }))}</div>
  </div>`;
}

/** A phone call that goes on, or a case that is worked on. */
function talking(console, held) {
  const { t } = console.words;
  const { view } = held;
  const name = view.asc?.name ?? "";
  if (held.channel === "case") {
    return html`<div class="call card"><span class="badge">${icon("clock")}</span><h2>${t("case.title", { name })}</h2>
      <p class="topic">${view.topic || t("context.no_topic")}</p><p class="muted">${t("case.hint")}</p></div>`;
  }
  return html`<div class="call card live"><span class="badge">${icon("phone-call")}</span><h2>${t("call.title", { name })}</h2>
    ${view.number ? html`<p class="number small tabular">${spaced(view.number)}</p>` : nothing}<p class="muted">${t("call.hint")}</p></div>`;
}

/** After the conversation: what it was about, what came of it, more time, done. */
function wrapUp(console, held) {
  const { words, state } = console;
  const { t } = words;
  const key = `wrap.${held.contact}`;
  const busy = console.isBusy(key);
  const required = state.desk.reason_required ?? false;
  const finish = (event) => {
    event.preventDefault();
    const { reason, outcome } = event.target.elements;
    console.act(key, { t: "wrapup.finish", contact: held.contact, reason: reason.value, outcome: outcome.value });
  };
  const extend = () => console.act(key, { t: "wrapup.extend", contact: held.contact });
  const choice = (name, label, options) => html`<div class="field"><label for=${name}>${label}</label>
    <select id=${name} name=${name} ?required=${required} ?data-first=${name === "reason"}><option value="">${t("wrap_up.none")}</option>
      ${options.map(([code, text]) => html`<option value=${code}>${text}</option>`)}</select></div>`;
  return html`<form class="confirm wrap" @submit=${finish}><p>${icon("clock")}
      <span>${t("wrap_up.left")} <strong class="tabular">${words.clock(held.wrap_up_by - console.now)}</strong></span>
      ${held.extensions_left > 0 ? press(t("wrap_up.extend"), extend, { kind: "small", disabled: busy }) : nothing}</p>
    <div class="pair">${choice("reason", t("wrap_up.reason"), REASONS.map((code) => [code, t(`reason.${code}`)]))}
      ${choice("outcome", t("wrap_up.outcome"), OUTCOMES.map((code) => [code, t(`outcome.${code}`)]))}</div>
    <div class="actions"><button class="button primary" ?disabled=${busy}>${t("wrap_up.finish")}</button></div></form>`;
}

/** What ending is called on each channel. */
const endWord = (held) => ({ chat: "chat.end", case: "case.end" }[held.channel] ?? "call.end");

function confirmEnd(console, held) {
  const { t } = console.words;
  const name = held.view.asc?.name ?? "";
  const question = t({ chat: "confirm.end", case: "confirm.end_case" }[held.channel] ?? "confirm.end_call", { name });
  const end = async () => {
    await console.act(`close.${held.contact}`, { t: "contact.close", contact: held.contact });
    console.ask(null);
  };
  return html`<div class="confirm" role="group" aria-label=${question}><p>${question}</p><div class="actions">
    ${press(t(endWord(held)), end, { kind: "danger", first: true })}
    ${press(t("confirm.no"), () => console.ask(null))}</div></div>`;
}

/** What stands under the conversation: a form that was asked for, wrap-up, or the composer. */
function foot(console, held) {
  const { words, connection } = console;
  const form = tool(console, held);
  if (form !== nothing) return form;
  if (held.state === "wrapping") return wrapUp(console, held);
  if (held.state !== "connected") return nothing;
  if (console.asking === "end") return confirmEnd(console, held);
  return held.channel !== "chat" ? nothing : html`<rb-composer .words=${words} draft=${`agent.${held.contact}`}
    ?full=${connection.outbox.full} @send=${(event) => console.say(held.contact, event.detail)}></rb-composer>`;
}

/** That the customer has said nothing for a while, and what comes of it. */
function quiet({ words }, view) {
  if (!view.park_at) return nothing;
  return html`<p class="told warn strip" role="status">${icon("clock")}
    <span>${words.t("parked.agent", { time: words.time(view.park_at) })}</span></p>`;
}

/** What is written, or the call or the case that is worked on. */
function stage(console, held) {
  const { words, connection } = console;
  const { view } = held;
  if (held.channel === "chat" || held.state === "wrapping") {
    return html`<rb-log .contact=${view} .unsent=${connection.unsent(view.contact)} .words=${words} side="agent"
      .greeting=${view.topic || null}></rb-log>`;
  }
  return html`<div class="stage">${held.state === "dialling" ? dialling(console, held) : talking(console, held)}</div>`;
}

/** The middle and right columns. */
export function conversation(console) {
  const held = console.current;
  const { words, connection } = console;
  const { t } = words;
  if (!held?.view) {
    return html`<section class="column talk">${blank("message-circle", t("console.choose"), nothing, "tall")}</section>`;
  }
  const { view } = held;
  const about = [view.asc?.company, words.line(view.line)].filter(Boolean).join(" · ");
  const end = held.state === "connected" ? press(t(endWord(held)), () => console.ask("end"), { kind: "danger" }) : nothing;
  return html`<section class="column talk" aria-label=${t("console.with", { name: view.asc?.name ?? "" })}
      @retry=${(event) => connection.again(event.detail)} @discard=${(event) => connection.drop(event.detail)}>
    <header class="head">${press(`← ${t("console.list")}`, () => console.showContacts(), { kind: "quiet small back" })}
      <div><h2>${view.asc?.name}</h2><span class="muted">${about}</span></div>${end}</header>
    ${tools(console, held)}${triage(console, held)}${quiet(console, view)}${stage(console, held)}${foot(console, held)}
  </section>${context(console, held)}`;
}
