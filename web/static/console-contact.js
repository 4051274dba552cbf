/** One contact as its agent sees it: the conversation or the call, what to do next, what is known of the customer. */

import { html, nothing } from "./lit.js";
import { avatar, icon } from "./icons.js";
import { spaced } from "./numbers.js";
import { blank, press } from "./parts.js";

const FAILURES = ["no_answer", "busy", "voicemail", "invalid"];

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

function talking(console, held) {
  const { t } = console.words;
  return html`<div class="call card live"><span class="badge">${icon("phone-call")}</span><h2>${t("call.title", { name: held.view.asc?.name ?? "" })}</h2>
    <p class="number small tabular">${spaced(held.view.number)}</p><p class="muted">${t("call.hint")}</p></div>`;
}

function wrapUp(console, held) {
  const { words } = console;
  const { t } = words;
  const key = `wrap.${held.contact}`;
  const finish = () => console.act(key, { t: "wrapup.finish", contact: held.contact });
  return html`<div class="confirm wrap" role="status"><p>${icon("clock")}
      <span>${t("wrap_up.left")} <strong class="tabular">${words.clock(held.wrap_up_by - console.now)}</strong></span></p>
    ${press(t("wrap_up.finish"), finish, { kind: "primary", disabled: console.isBusy(key), first: true })}</div>`;
}

function confirmEnd(console, held) {
  const { t } = console.words;
  const name = held.view.asc?.name ?? "";
  const call = held.channel === "callback";
  const question = call ? t("confirm.end_call", { name }) : t("confirm.end", { name });
  const end = async () => {
    await console.act(`close.${held.contact}`, { t: "contact.close", contact: held.contact });
    console.ask(null);
  };
  return html`<div class="confirm" role="group" aria-label=${question}><p>${question}</p><div class="actions">
    ${press(call ? t("call.end") : t("chat.end"), end, { kind: "danger", first: true })}
    ${press(t("confirm.no"), () => console.ask(null))}</div></div>`;
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
    return html`<section class="column talk">${blank("message-circle", t("console.choose"), nothing, "tall")}</section>`;
  }
  const { view } = held;
  const connected = held.state === "connected";
  const chat = held.channel === "chat";
  return html`<section class="column talk" aria-label=${t("console.with", { name: view.asc?.name ?? "" })}
      @retry=${(event) => connection.again(event.detail)} @discard=${(event) => connection.drop(event.detail)}>
    <header class="head">${press(`← ${t("console.list")}`, () => console.showContacts(), { kind: "quiet small back" })}
      <div><h2>${view.asc?.name}</h2><span class="muted">${view.asc?.company ? `${view.asc.company} · ` : ""}${words.line(view.line)}</span></div>
      ${connected ? press(chat ? t("chat.end") : t("call.end"), () => console.ask("end"), { kind: "danger" }) : nothing}</header>
    ${chat || held.state === "wrapping" ? html`<rb-log .contact=${view} .unsent=${connection.unsent(view.contact)} .words=${words}
        side="agent" .greeting=${view.topic || null}></rb-log>`
      : html`<div class="stage">${held.state === "dialling" ? dialling(console, held) : talking(console, held)}</div>`}
    ${held.state === "wrapping" ? wrapUp(console, held) : nothing}
    ${connected && console.asking === "end" ? confirmEnd(console, held)
      : connected && chat ? html`<rb-composer .words=${words} draft=${`agent.${view.contact}`} ?full=${connection.outbox.full}
        @send=${(event) => console.say(view.contact, event.detail)}></rb-composer>` : nothing}
  </section>${context(console, held)}`;
}
