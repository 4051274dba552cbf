/**
 * What the widget's panel shows in each state. Functions of the widget alone: they keep nothing.
 */

import { html, nothing } from "./lit.js";
import { icon } from "./icons.js";
import { blank, lostBar, press, standstill } from "./parts.js";
import { sayable } from "./sayable.js";
import { REGIONS, likelyRegion } from "./regions.js";

const problem = (widget) => (widget.problem
  ? html`<p class="error" role="alert">${icon("alert-triangle")}<span>${widget.words.refusal(widget.problem)}</span></p>` : nothing);

/** While nothing is known yet; shown only if it lasts. */
const skeleton = (words) => html`<div class="skeleton" aria-busy="true">
  <span class="visually-hidden" role="status">${words.t("widget.loading")}</span><i></i><i></i><i></i></div>`;

/** Nothing can be shown yet, or any more. */
function nothingYet({ connection, words }) {
  return html`<div class="middle">${connection ? standstill(connection, words, skeleton(words))
    : blank("alert-triangle", words.t("stopped.no_demo"))}</div>`;
}

const option = (value, text, selected) => html`<option value=${value} ?selected=${selected}>${text}</option>`;

function form(widget) {
  const { words, desk } = widget;
  const { t } = words;
  const start = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    widget.begin({ t: "chat.request", product: data.get("product"), language: data.get("language"), topic: sayable(data.get("topic")) });
  };
  return html`<form class="middle form" @submit=${start}>
    <p class="lead">${t("form.lead")}</p>
    <div class="field"><label for="product">${t("form.product")}</label>
      <select id="product" name="product" data-first>${desk.products.map((each) => option(each, words.name("product", each)))}</select></div>
    <div class="field"><label for="language">${t("form.language")}</label>
      <select id="language" name="language">
        ${desk.languages.map((each) => option(each, words.languageName(each), each === words.language))}</select></div>
    <div class="field"><label for="topic">${t("form.topic")}</label>
      <textarea id="topic" name="topic" rows="3" maxlength="500" placeholder=${t("form.topic_hint")}></textarea></div>
    ${problem(widget)}
    <button class="button primary wide" ?disabled=${widget.busy}>${widget.busy ? t("form.starting") : t("form.start")}</button>
  </form>`;
}

const place = (words, contact) => (contact.position > 1 ? words.t("waiting.place", { n: contact.position })
  : contact.position === 1 ? words.t("waiting.first") : words.t("waiting.soon"));

const log = (widget, greeting) => html`<rb-log .contact=${widget.contact} .unsent=${widget.connection.unsent(widget.contact.contact)}
  .words=${widget.words} side="asc" .greeting=${greeting}></rb-log>`;

function waiting(widget) {
  const { contact, words, desk } = widget;
  const { t } = words;
  return html`
    <div class="standing">
      <div class="place"><span class="numeral" aria-hidden="true">${contact.position || "…"}</span>
        <div><p class="strong" role="status">${place(words, contact)}</p><p class="muted">${t("waiting.keep")}</p></div></div>
      ${desk.callbacks && widget.asking !== "callback" ? html`
        ${press(html`${icon("phone")}${t("waiting.callback")}`, () => widget.ask("callback"), { kind: "wide" })}` : nothing}
    </div>
    ${widget.asking === "callback" ? numberForm(widget) : log(widget, t("waiting.write"))}`;
}

function numberForm(widget) {
  const { words, contact } = widget;
  const { t } = words;
  const likely = likelyRegion(navigator.languages);
  const names = REGIONS.map((code) => [code, words.regionName(code)]).sort((a, b) => a[1].localeCompare(b[1], words.language));
  const ask = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    const region = data.get("region");
    widget.act({ t: "callback.request", contact: contact.contact, number: sayable(data.get("number")) || "-", ...(region ? { region } : {}) });
  };
  return html`<form class="middle form" @submit=${ask}>
    <p class="lead">${t("callback.lead")}</p>
    <div class="field"><label for="region">${t("callback.region")}</label>
      <select id="region" name="region" autocomplete="country">
        ${option("", t("callback.abroad"))}${names.map(([code, name]) => option(code, name, code === likely))}</select></div>
    <div class="field"><label for="number">${t("callback.number")}</label>
      <input id="number" name="number" type="tel" inputmode="tel" autocomplete="tel" maxlength="40" required data-first>
      <small>${t("callback.hint")}</small></div>
    ${problem(widget)}
    <div class="actions">
      <button class="button primary" ?disabled=${widget.busy}>${t("callback.ask")}</button>
      ${press(t("callback.keep_chat"), () => widget.ask(null))}
    </div>
  </form>`;
}

function reserved(widget) {
  const { contact, words } = widget;
  const { t } = words;
  const calling = contact.state === "dialling";
  const talking = contact.state === "connected";
  const headline = calling ? t("callback.calling", { name: contact.agent?.name ?? "" })
    : talking ? t("callback.talking", { name: contact.agent?.name ?? "" }) : t("callback.reserved");
  return html`<div class="middle"><div class="reservation ${calling ? "ringing" : ""}">
    <span class="badge">${icon(calling || talking ? "phone-call" : "phone-incoming")}</span>
    <h3 role="status">${headline}</h3>
    <dl class="facts">
      <dt>${t("callback.fact_number")}</dt><dd class="tabular">${contact.number}</dd>
      ${calling || talking ? nothing : html`<dt>${t("callback.fact_place")}</dt><dd>${place(words, contact)}</dd>`}
      <dt>${t("callback.fact_line")}</dt><dd>${words.line(contact.line)}</dd>
    </dl>
    ${calling || talking ? nothing : html`<p class="muted">${t("callback.keep")}</p>`}
  </div></div>`;
}

const END_ICON = { closed: "check", wrapping: "check", gone: "check", abandoned: "log-out", cancelled: "x", unreachable: "phone-off" };

function ended(widget) {
  const { contact, words } = widget;
  const { t } = words;
  const key = contact.state === "unreachable" ? `ended.unreachable.${contact.failure}` : `ended.${contact.state}`;
  const said = contact.messages.length > 0;
  return html`
    ${said ? log(widget) : nothing}
    <div class="${said ? "standing after" : "middle"}">${blank(END_ICON[contact.state] ?? "check",
      words.has(key) ? t(key) : t(`ended.${contact.state}`),
      press(t("ended.again"), () => widget.startAgain(), { kind: "primary", first: true }))}</div>`;
}

/** How a chat begins, until the joining itself is told as a note. */
function opening({ contact, words }) {
  if (contact.notes?.some((note) => note.k === "connected")) return null;
  return words.t("chat.with", { name: contact.agent?.name ?? "" });
}

/** The panel's middle, from the form to the end. */
export function body(widget) {
  const { connection, contact } = widget;
  if (!connection || connection.phase === "stopped" || !widget.desk) return nothingYet(widget);
  const bar = lostBar(connection, widget.words, (n) => widget.words.t("lost.widget", { n }));
  if (!contact) return html`${bar}${form(widget)}`;
  if (widget.over) return html`${bar}${ended(widget)}`;
  if (contact.channel === "callback") return html`${bar}${reserved(widget)}`;
  if (contact.state === "connected") return html`${bar}${log(widget, opening(widget))}`;
  return html`${bar}${waiting(widget)}`;
}

function confirm(widget, question, yes, op) {
  return html`<div class="confirm" role="group" aria-label=${question}>
    <p>${question}</p>${problem(widget)}
    <div class="actions">
      ${press(yes, () => widget.act(op), { kind: "danger", disabled: widget.busy, first: true })}
      ${press(widget.words.t("confirm.no"), () => widget.ask(null))}
    </div></div>`;
}

/** What stands under the middle: the composer, and the way out. */
export function foot(widget) {
  const { connection, contact, words } = widget;
  if (!connection || connection.phase === "stopped" || !contact || widget.over) return nothing;
  const { t } = words;
  const id = contact.contact;
  const name = contact.agent?.name ?? "";
  if (contact.channel === "callback") {
    if (contact.state === "dialling" || contact.state === "connected") return nothing;
    return widget.asking === "cancel"
      ? confirm(widget, t("confirm.cancel"), t("callback.cancel"), { t: "callback.cancel", contact: id })
      : html`<footer class="foot">${press(t("callback.cancel"), () => widget.ask("cancel"), { kind: "danger" })}</footer>`;
  }
  const talking = contact.state === "connected";
  if (widget.asking === "leave") {
    return talking
      ? confirm(widget, t("confirm.end", { name }), t("chat.end"), { t: "chat.leave", contact: id })
      : confirm(widget, t("confirm.leave"), t("waiting.leave"), { t: "chat.leave", contact: id });
  }
  if (widget.asking === "callback") return nothing;
  return html`
    <rb-composer .words=${words} draft=${`asc.${id}`} ?full=${connection.outbox.full} @send=${(event) => widget.say(event.detail)}></rb-composer>
    <footer class="foot thin">
      ${press(talking ? t("chat.end") : t("waiting.leave"), () => widget.ask("leave"), { kind: "quiet small" })}</footer>`;
}
