/** One contact as its agent sees it: the conversation or the call, what to do next, what is known of the customer. */

import { html, nothing } from "./lit.js";
import { avatar, icon } from "./icons.js";
import { spaced } from "./numbers.js";

const FAILURES = ["no_answer", "busy", "voicemail", "invalid"];

function dialling(console, held) {
  const { words } = console;
  const { t } = words;
  const { view } = held;
  const key = `dial.${held.contact}`;
  const failed = (failure) => console.act(key, { t: "dial.failed", contact: held.contact, attempt: view.attempt, failure });
  return html`<div class="call card">
    <span class="badge">${icon("phone")}</span>
    <h2>${t("dial.title", { name: view.asc?.name ?? "" })}</h2>
    <a class="number tabular" href="tel:${view.number}" data-first>${spaced(view.number)}</a>
    <p class="muted">${t("dial.hint")}</p>
    <div class="actions centred"><button class="button primary" type="button" ?disabled=${console.isBusy(key)}
      @click=${() => console.act(key, { t: "dial.reached", contact: held.contact, attempt: view.attempt })}>${icon("phone-call")}${t("dial.reached")}</button></div>
    <div class="actions centred">${FAILURES.map((failure) => html`<button class="button small" type="button" ?disabled=${console.isBusy(key)} @click=${() => failed(failure)}>${t(`dial.${failure}`)}</button>`)}</div>
  </div>`;
}

function talking(console, held) {
  const { t } = console.words;
  return html`<div class="call card live"><span class="badge">${icon("phone-call")}</span><h2>${t("call.title", { name: held.view.asc?.name ?? "" })}</h2>
    <p class="number small tabular">${spaced(held.view.number)}</p><p class="muted">${t("call.hint")}</p></div>`;
}

function wrapUp(console, held) {
  const { words } = console;
  return html`<div class="confirm wrap" role="status"><p>${icon("clock")} <span>${words.t("wrap_up.left")} <strong class="tabular">${words.clock(held.wrap_up_by - console.now)}</strong></span></p>
    <button class="button primary" type="button" data-first ?disabled=${console.isBusy(`wrap.${held.contact}`)}
      @click=${() => console.act(`wrap.${held.contact}`, { t: "wrapup.finish", contact: held.contact })}>${words.t("wrap_up.finish")}</button></div>`;
}

function confirmEnd(console, held) {
  const { t } = console.words;
  const name = held.view.asc?.name ?? "";
  const question = held.channel === "callback" ? t("confirm.end_call", { name }) : t("confirm.end", { name });
  return html`<div class="confirm" role="group" aria-label=${question}><p>${question}</p><div class="actions">
    <button class="button danger" type="button" data-first @click=${async () => { await console.act(`close.${held.contact}`, { t: "contact.close", contact: held.contact }); console.ask(null); }}>
      ${held.channel === "callback" ? t("call.end") : t("chat.end")}</button>
    <button class="button" type="button" @click=${() => console.ask(null)}>${t("confirm.no")}</button></div></div>`;
}

function context(console, held) {
  const { words } = console;
  const { t } = words;
  const { view } = held;
  return html`<aside class="column context" aria-label=${t("context.label")}>
    <div class="person">${avatar(view.asc)}<div><strong>${view.asc?.name}</strong><span class="muted">${view.asc?.company}</span></div></div>
    <dl class="facts">
      <dt>${t("context.line")}</dt><dd>${words.line(view.line)}</dd>
      <dt>${t("context.topic")}</dt><dd>${view.topic || t("context.no_topic")}</dd>
      <dt>${t("context.since")}</dt><dd class="tabular">${words.time(view.waiting_since)}</dd>
      <dt>${t("context.channel")}</dt><dd>${t(`context.${held.channel}`)}</dd>
      ${held.channel === "callback" ? html`<dt>${t("context.attempt")}</dt><dd class="tabular">${view.attempt || t("context.none")}</dd>` : nothing}
      <dt>${t("context.id")}</dt><dd class="tabular">${String(view.contact)}</dd>
    </dl></aside>`;
}

/** The middle and right columns. */
export function conversation(console) {
  const held = console.current;
  const { words, connection } = console;
  const { t } = words;
  if (!held?.view) {
    return html`<section class="column talk"><div class="empty tall">${icon("message-circle")}<p>${t("console.choose")}</p></div></section>`;
  }
  const { view } = held;
  const connected = held.state === "connected";
  const chat = held.channel === "chat";
  return html`<section class="column talk" aria-label=${t("console.with", { name: view.asc?.name ?? "" })}
      @retry=${(event) => connection.again(event.detail)} @discard=${(event) => connection.drop(event.detail)}>
    <header class="head"><button class="button quiet small back" type="button" @click=${() => console.showContacts()}>← ${t("console.list")}</button>
      <div><h2>${view.asc?.name}</h2><span class="muted">${view.asc?.company ? `${view.asc.company} · ` : ""}${words.line(view.line)}</span></div>
      ${connected ? html`<button class="button danger" type="button" @click=${() => console.ask("end")}>${chat ? t("chat.end") : t("call.end")}</button>` : nothing}</header>
    ${chat || held.state === "wrapping" ? html`<rb-log .contact=${view} .unsent=${connection.unsent(view.contact)} .words=${words} side="agent" .greeting=${view.topic || null}></rb-log>`
      : html`<div class="stage">${held.state === "dialling" ? dialling(console, held) : talking(console, held)}</div>`}
    ${held.state === "wrapping" ? wrapUp(console, held) : nothing}
    ${connected && console.asking === "end" ? confirmEnd(console, held)
      : connected && chat ? html`<rb-composer .words=${words} draft=${`agent.${view.contact}`} ?full=${connection.outbox.full}
        @send=${(event) => console.say(view.contact, event.detail)}></rb-composer>` : nothing}
  </section>${context(console, held)}`;
}
