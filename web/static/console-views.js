/** The console's frame: sign-in, status, offers and the list. Functions of the console alone: they keep nothing. */

import { html, nothing, repeat } from "./lit.js";
import { avatar, icon } from "./icons.js";
import { conversation } from "./console-contact.js";
import { blank, press, pressIcon } from "./parts.js";

const STATE_DOT = { idle: "ok", offered: "info", busy: "info", wrap_up: "warn", not_responding: "danger", draining: "warn" };

const STANDING = ["available", "break", "offline"];

export function signIn(console) {
  const { words, state, agent } = console;
  const { t } = words;
  const { desk, me } = state;
  const begin = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    console.signIn({
      t: "agent.sign_in", products: data.getAll("product"), languages: data.getAll("language"), capacity: Number(data.get("capacity")),
    });
  };
  const has = (list, each) => !agent || agent[list].includes(each);
  const checks = (name, list, values, label) => html`<fieldset class="field"><legend class="label">${label}</legend>
    <div class="choices">${values.map((each) => html`<label><input type="checkbox" name=${name} value=${each} ?checked=${has(list, each)}>
      <span>${name === "product" ? words.name("product", each) : words.languageName(each)}</span></label>`)}</div></fieldset>`;
  return html`<form class="card sign-in" @submit=${begin}>
    <div class="hello">${avatar(me)}<div><h1>${t("sign_in.hello", { name: me.name })}</h1><p class="muted">${t("sign_in.lead")}</p></div></div>
    ${checks("product", "products", desk.products, t("sign_in.products"))}
    ${checks("language", "languages", desk.languages, t("sign_in.languages"))}
    <div class="field narrow"><label for="capacity">${t("sign_in.capacity")}</label>
      <select id="capacity" name="capacity">${[1, 2, 3, 4, 5, 6].map((n) => html`<option ?selected=${n === (agent?.capacity ?? 3)}>${n}</option>`)}</select>
      <small>${t("sign_in.capacity_hint")}</small></div>
    ${problems(console)}
    <div class="actions"><button class="button primary" data-first ?disabled=${console.isBusy("sign_in")}>${t("sign_in.go")}</button>
      ${agent ? press(t("sign_in.back"), () => console.chooseSkills(false)) : nothing}</div>
  </form>`;
}

function problems(console) {
  const { words } = console;
  return html`<div class="problems" role="alert">${console.problems.map((each) => html`<p class="error">${icon("alert-triangle")}
    <span>${words.refusal(each)}</span>
    ${pressIcon("x", words.t("console.dismiss"), () => console.dismiss(each.id), "quiet small")}</p>`)}</div>`;
}

function statusBar(console) {
  const { agent, words } = console;
  const { t } = words;
  const choose = (status) => console.act("status", { t: "agent.status", status });
  const stateName = agent.status === "available" ? words.name("state", agent.draining ? "draining" : agent.state) : words.name("status", agent.status);
  return html`<section class="status" aria-label=${t("status.label")}>
    <div class="who">${avatar(agent)}<div><strong>${agent.name}</strong>
      <span class="muted tabular"><span class="dot ${agent.status === "available" ? STATE_DOT[agent.draining ? "draining" : agent.state] ?? "" : ""}"></span>
        ${stateName}${console.inState === null ? nothing : html` · ${words.duration(console.inState)}`}</span></div></div>
    <div class="switch" role="group" aria-label=${t("status.choose")}>${STANDING.map((status) => html`
      <button type="button" aria-pressed=${agent.status === status && agent.state !== "not_responding"} ?disabled=${console.isBusy("status")}
        @click=${() => choose(status)}>${words.name("status", status)}</button>`)}</div>
    <div class="load tabular"><span>${t("status.units", { used: agent.units, capacity: agent.capacity })}</span>
      <button class="link" type="button" @click=${() => console.chooseSkills(true)}>${t("status.skills")}</button></div>
    ${agent.state === "not_responding" ? html`<p class="error">${icon("alert-triangle")}<span>${t("status.not_responding")}</span>
      ${press(t("status.back"), () => choose("available"), { kind: "small" })}</p>` : nothing}
    ${agent.reason === "connection_lost" && agent.status !== "available" ? html`<p class="error">${icon("wifi-off")}<span>${t("status.connection_lost")}</span>
      ${press(t("status.back"), () => choose("available"), { kind: "small" })}</p>` : nothing}
  </section>`;
}

function ring(share) {
  const left = Math.max(0, Math.min(100, share * 100));
  return html`<svg class="ring" viewBox="0 0 36 36" aria-hidden="true"><circle cx="18" cy="18" r="15.9" pathLength="100"></circle>
    <circle class="left" cx="18" cy="18" r="15.9" pathLength="100" stroke-dasharray="${left} 100"></circle></svg>`;
}

function offerCard(console, offer, index) {
  const { words, state } = console;
  const { t } = words;
  const left = offer.due - console.now;
  const busy = console.isBusy(`offer.${offer.offer}`);
  const callback = offer.channel === "callback";
  return html`<article class="card offer ${callback ? "callback" : ""}" aria-label=${t("offer.label", { name: offer.asc?.name ?? "" })}>
    <div class="top"><span class="countdown">${ring(left / state.desk.offer_timeout_ms)}
        <span class="tabular" aria-hidden="true">${Math.max(0, Math.ceil(left / 1000))}</span></span>
      <div><strong>${callback ? t("offer.callback") : t("offer.chat")}</strong>
        <span>${offer.asc?.name}${offer.asc?.company ? html`<span class="muted"> · ${offer.asc.company}</span>` : nothing}</span></div></div>
    ${offer.topic ? html`<p class="topic">${offer.topic}</p>` : nothing}
    <p class="chips"><span class="chip">${words.line(offer.line)}</span>
      <span class="chip tabular">${icon("clock")}${t("offer.waited", { time: words.duration(console.now - offer.waiting_since) })}</span></p>
    <div class="actions">
      ${press(html`${t("offer.accept")}${index === 0 ? html` <kbd>Alt A</kbd>` : nothing}`, () => console.accept(offer), { kind: "primary", disabled: busy })}
      ${press(t("offer.decline"), () => console.decline(offer), { disabled: busy })}</div>
  </article>`;
}

/** What a contact's row says under the name. */
function preview(console, held) {
  const { words } = console;
  const { t } = words;
  const last = held.view?.messages.at(-1);
  if (held.state === "wrapping") return t("row.wrap_up", { time: words.clock(held.wrap_up_by - console.now) });
  if (held.state === "dialling") return t("row.dial");
  if (held.channel === "callback") return t("row.on_phone");
  if (last) return `${last.by === "agent" ? `${t("message.you")}: ` : ""}${last.text}`;
  return held.view?.topic || t("row.no_message");
}

/** What a contact's row says at its end: how much was not read, or how long the customer waits for an answer. */
function attention(console, held) {
  const { words } = console;
  if (held.unread) {
    return html`<span class="unread">${held.unread}<span class="visually-hidden"> ${words.t("row.unread", { n: held.unread })}</span></span>`;
  }
  const owed = held.needsMe && held.state === "connected" && held.channel === "chat";
  return owed ? html`<span class="muted">${words.duration(console.now - held.since)}</span>` : nothing;
}

function row(console, held) {
  const { words } = console;
  const { t } = words;
  const { view } = held;
  const away = !held.asc_here && held.channel === "chat" && held.state === "connected";
  return html`<li><button class="row" type="button" aria-current=${held.contact === console.selected ? "true" : nothing}
      @click=${() => console.select(held.contact)}>
    ${avatar(view?.asc)}
    <span class="lines"><span class="name">${view?.asc?.name ?? "…"}<span class="muted"> ${view?.asc?.company ?? ""}</span></span>
      <span class="preview ${held.state === "wrapping" ? "tabular" : ""}">${preview(console, held)}</span>
      <span class="chips">${held.channel === "callback" ? html`<span class="chip info">${icon("phone")}${t("row.callback")}</span>` : nothing}
        ${view ? html`<span class="chip">${words.line(view.line)}</span>` : nothing}
        ${away ? html`<span class="chip warn">${t("row.away")}</span>` : nothing}</span></span>
    <span class="side tabular">${attention(console, held)}</span>
  </button></li>`;
}

/** The three columns. */
export function frame(console) {
  const { agent, words, contacts } = console;
  const { t } = words;
  const online = agent.status === "available" && agent.state !== "not_responding";
  return html`<div class="console ${console.showList ? "listing" : ""}">
    <aside class="column first" aria-label=${t("console.mine")}>
      ${statusBar(console)}
      <div class="offers" role="region" aria-live="assertive" aria-relevant="additions" aria-label=${t("offer.region")}>
        ${repeat(agent.offers, (offer) => offer.offer, (offer, i) => offerCard(console, offer, i))}</div>
      ${problems(console)}
      ${contacts.length ? html`<ul class="rows">${repeat(contacts, (held) => held.contact, (held) => row(console, held))}</ul>`
        : agent.offers.length ? nothing
          : online ? blank("message-circle", t("console.none")) : blank("coffee", t("console.none_away"))}
    </aside>
    ${conversation(console)}
  </div>`;
}
