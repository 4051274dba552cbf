/**
 * What the widget's panel shows in each state. Functions of the widget alone: they keep nothing.
 */

import { html, nothing } from "./lit.js";
import { icon } from "./icons.js";
import { blank, lostBar, press, standstill } from "./parts.js";
import { place, reserved } from "./widget-call.js";
import { callForm, openOnes, problem, requestForm } from "./widget-form.js";

/** While nothing is known yet; shown only if it lasts. */
const skeleton = (words) => html`<div class="skeleton" aria-busy="true">
  <span class="visually-hidden" role="status">${words.t("widget.loading")}</span><i></i><i></i><i></i></div>`;

/** Nothing can be shown yet, or any more. */
function nothingYet({ connection, words }) {
  return html`<div class="middle">${connection ? standstill(connection, words, skeleton(words))
    : blank("alert-triangle", words.t("stopped.no_demo"))}</div>`;
}

const log = (widget, greeting) => html`<rb-log .contact=${widget.contact} .unsent=${widget.connection.unsent(widget.contact.contact)}
  .words=${widget.words} side="asc" .greeting=${greeting}></rb-log>`;

/** The way from the line to the phone: now, later, or not at all. */
function toPhone(widget) {
  const { contact, words, connection } = widget;
  const { t } = words;
  const from = contact.convertible_from ?? null;
  if (from === null) return nothing;
  if (from > connection.now()) return html`<p class="muted">${t("waiting.callback_from", { time: words.time(from) })}</p>`;
  return press(html`${icon("phone")}${t("waiting.callback")}`, () => widget.ask("callback"), { kind: "wide" });
}

/** What was told about the wait: a range whose upper edge stays where it was, and why it is longer than before. */
function expected({ contact, words, connection }) {
  const { t } = words;
  const { wait } = contact;
  if (!wait || !["waiting", "due"].includes(contact.state)) return nothing;
  const left = (ms) => Math.max(1, Math.ceil((wait.at + ms - connection.now()) / 60_000));
  const [low, high] = [left(wait.low_ms), left(wait.high_ms)];
  const range = high === 1 ? t("wait.minute") : low === high ? t("wait.about", { n: high }) : t("wait.range", { low, n: high });
  const kind = wait.kind === "range" && wait.at + wait.high_ms <= connection.now() ? "overdue" : wait.kind;
  const told = kind === "range" ? range : t(`wait.${kind}`);
  return html`<p class="muted" role="status">${told} ${wait.cause ? t(`wait.${wait.cause}`) : nothing}</p>`;
}

function waiting(widget) {
  const { contact, words } = widget;
  const { t } = words;
  return html`
    <div class="standing">
      <div class="place"><span class="numeral" aria-hidden="true">${contact.position || "…"}</span>
        <div><p class="strong" role="status">${place(words, contact)}</p>${expected(widget)}
          <p class="muted">${t("waiting.keep")}</p></div></div>
      ${contact.impact === "everybody" ? html`<p class="told">${icon("activity")}<span>${t("waiting.everybody")}</span></p>` : nothing}
      ${toPhone(widget)}
    </div>
    ${log(widget, t("waiting.write"))}`;
}

/** A chat that was put aside because the customer said nothing. */
function parked(widget) {
  const { contact, words, connection } = widget;
  return html`<div class="standing"><p class="told warn" role="status">${icon("clock")}
      <span>${words.t("parked.told", { moment: words.moment(contact.expires, connection.now()) })}</span></p></div>
    ${log(widget)}`;
}

/** How a chat begins, until the joining itself is told as a note. */
function opening({ contact, words }) {
  if (contact.notes?.some((note) => note.k === "connected")) return null;
  return words.t("chat.with", { name: contact.agent?.name ?? "" });
}

function talking(widget) {
  const { contact, words } = widget;
  return html`${log(widget, opening(widget))}
    ${contact.park_at ? html`<p class="told warn strip" role="alert">${icon("clock")}
      <span>${words.t("parked.warning", { time: words.time(contact.park_at) })}</span></p>` : nothing}`;
}

const END_ICON = {
  closed: "check", wrapping: "check", gone: "check", abandoned: "log-out", blocked: "x", cancelled: "x", unreachable: "phone-off",
  expired: "clock",
};

function endText({ contact, words }) {
  const { t } = words;
  const detail = contact.state === "unreachable" ? contact.failure : contact.channel;
  const key = `ended.${contact.state}.${detail}`;
  return words.has(key) ? t(key) : t(`ended.${contact.state}`);
}

function ended(widget) {
  const { contact, words } = widget;
  const said = contact.messages.length > 0;
  return html`
    ${said ? log(widget) : nothing}
    <div class="${said ? "standing after" : "middle"}">${blank(END_ICON[contact.state] ?? "check", endText(widget),
      press(words.t("ended.again"), () => widget.startAgain(), { kind: "primary", first: true }))}${openOnes(widget)}</div>`;
}

/** The panel's middle, from the form to the end. */
export function body(widget) {
  const { connection, contact, words } = widget;
  const { t } = words;
  if (!connection || connection.phase === "stopped" || !widget.desk) return nothingYet(widget);
  const bar = lostBar(connection, words, (n) => t("lost.widget", { n }));
  return html`${bar}${middle(widget, contact, t)}`;
}

function middle(widget, contact, t) {
  if (!contact) {
    if (widget.asking !== "call") return requestForm(widget);
    const line = `${widget.draft.product}/${widget.draft.language}`;
    return callForm(widget, { line, lead: t("callback.lead_ask"), back: t("form.back"), send: (call) => widget.askCall(call) });
  }
  if (widget.over) return ended(widget);
  if (widget.asking === "callback") {
    const send = (call) => widget.act({ t: "callback.request", contact: contact.contact, ...call });
    return callForm(widget, { line: contact.line, lead: t("callback.lead"), back: t("callback.keep_chat"), send });
  }
  if (widget.asking === "time") {
    const send = (call) => widget.act({ t: "callback.request", contact: contact.contact, ...call });
    return callForm(widget, { line: contact.line, lead: t("callback.lead_time"), back: t("callback.keep_time"), send });
  }
  if (contact.channel !== "chat") return html`${reserved(widget)}${contact.channel === "call" ? toPhone(widget) : nothing}`;
  if (contact.state === "connected") return talking(widget);
  return contact.state === "parked" ? parked(widget) : waiting(widget);
}

function confirm(widget, question, yes, op) {
  return html`<div class="confirm" role="group" aria-label=${question}>
    <p>${question}</p>${problem(widget)}
    <div class="actions">
      ${press(yes, () => widget.act(op), { kind: "danger", disabled: widget.busy, first: true })}
      ${press(widget.words.t("confirm.no"), () => widget.ask(null))}
    </div></div>`;
}

/** What can be done about a callback that nobody dials yet. */
function reservationFoot(widget, contact, t) {
  if (widget.asking === "cancel") {
    return confirm(widget, t("confirm.cancel"), t("callback.cancel"), { t: "callback.cancel", contact: contact.contact });
  }
  const back = () => widget.act({ t: "callback.return", contact: contact.contact });
  return html`<footer class="foot stacked">${widget.asking ? nothing : problem(widget)}
    ${press(html`${icon("message-circle")}${t("callback.return")}`, back, { kind: "wide", disabled: widget.busy })}
    <div class="actions">${press(t("callback.cancel"), () => widget.ask("cancel"), { kind: "danger" })}
      ${press(t("callback.time"), () => widget.ask("time"))}
      ${press(t("ended.another"), () => widget.startAgain())}</div></footer>`;
}

/** What stands under the middle: the composer, and the way out. */
export function foot(widget) {
  const { connection, contact, words } = widget;
  if (!connection || connection.phase === "stopped" || !contact || widget.over || ["callback", "time"].includes(widget.asking)) return nothing;
  const { t } = words;
  const live = ["dialling", "connected"].includes(contact.state);
  const end = live || contact.state === "parked" ? t("chat.end") : t("waiting.leave");
  if (contact.channel === "callback") return live ? nothing : reservationFoot(widget, contact, t);
  if (contact.channel === "case") return html`<footer class="foot">${press(t("ended.another"), () => widget.startAgain())}</footer>`;
  if (contact.channel === "call") return nothing;
  if (widget.asking === "leave") {
    const op = { t: "chat.leave", contact: contact.contact };
    return live ? confirm(widget, t("confirm.end", { name: contact.agent?.name ?? "" }), t("chat.end"), op)
      : confirm(widget, t("confirm.leave"), end, op);
  }
  return html`
    <rb-composer .words=${words} draft=${`asc.${contact.contact}`} ?full=${connection.outbox.full}
      @send=${(event) => widget.say(event.detail)}></rb-composer>
    <footer class="foot thin">${press(end, () => widget.ask("leave"), { kind: "quiet small" })}</footer>`;
}
