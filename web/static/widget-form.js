/** How a customer asks: for a chat, for a call, for a case; and what to do when the desk says no. They keep nothing. */

import { html, nothing } from "./lit.js";
import { icon } from "./icons.js";
import { press } from "./parts.js";
import { sayable } from "./sayable.js";
import { IMPACTS } from "./codes.js";
import { openContacts } from "./widget-choice.js";
import "./call-fields.js";

const option = (value, text, selected) => html`<option value=${value} ?selected=${selected}>${text}</option>`;

/** A way that is still open: `callback`, `case`, or `language:xx`. */
function otherWay(widget, way) {
  const { words } = widget;
  const language = way.startsWith("language:") ? way.slice("language:".length) : null;
  const inLanguage = () => { widget.fillIn({ ...widget.draft, language }); widget.startChat(); };
  const [text, act] = language ? [words.t("form.in_language", { language: words.languageWord(language) }), inLanguage]
    : way === "case" ? [words.t("form.case"), () => widget.openCase()] : [words.t("form.call"), () => widget.ask("call")];
  return press(text, act, { kind: "small", disabled: widget.busy });
}

/** Why the desk said no, when it will say yes again, and which ways are still open. */
export function problem(widget) {
  if (!widget.problem) return nothing;
  const { words, problem: refusal } = widget;
  const ways = (refusal.instead ?? []).filter((way) => way !== "callback" || widget.asking !== "call");
  return html`<div class="error" role="alert">${icon("alert-triangle")}<div><p>${words.refusal(refusal)}
      ${refusal.opens ? words.t("form.opens", { moment: words.moment(refusal.opens.at, widget.connection.now()) }) : nothing}</p>
    ${ways.length ? html`<p>${words.t("form.instead")}</p>
      <div class="actions">${ways.map((way) => otherWay(widget, way))}</div>` : nothing}</div></div>`;
}

/** What else the customer has open, with a way to look at it. */
export function openOnes(widget) {
  const { words } = widget;
  const { t } = words;
  const open = openContacts(widget.connection.state.contacts);
  if (!open.length) return nothing;
  const told = (each) => (each.channel === "callback" && each.promise ? words.promise(each.promise, widget.connection.now())
    : each.topic || t(`form.open_${each.channel}`));
  const row = (each) => html`<li><button class="row-button" type="button" @click=${() => widget.show(each.contact)}>
    ${icon({ callback: "phone", case: "clock" }[each.channel] ?? "message-circle")}
    <span><strong>${t(`form.open_${each.channel}`)} · ${words.line(each.line)}</strong>
      <span class="muted">${told(each)}</span></span></button></li>`;
  return html`<section class="open-ones" aria-label=${t("form.open")}><h3>${t("form.open")}</h3><ul>${open.map(row)}</ul></section>`;
}

function impact(widget) {
  const { t } = widget.words;
  return html`<fieldset class="field"><legend class="label">${t("form.impact")}</legend>
    <div class="choices segmented">${IMPACTS.map((each) => html`<label><input type="radio" name="impact" value=${each}
      .checked=${widget.draft.impact === each}><span>${t(`impact.${each}`)}</span></label>`)}</div></fieldset>`;
}

/** Consent to another language, where the rules of the line make use of it. */
function otherLanguage(widget) {
  const { words, desk, draft } = widget;
  const others = desk.other_languages?.[`${draft.product}/${draft.language}`] ?? [];
  if (!others.length) return nothing;
  const names = new Intl.ListFormat(words.language, { type: "disjunction" }).format(others.map((each) => words.languageWord(each)));
  return html`<label class="consent"><input type="checkbox" name="other_language" .checked=${draft.other_language}>
    <span>${words.t("form.other_language", { language: words.languageWord(draft.language), others: names })}</span></label>`;
}

/** The first thing that a customer sees. */
export function requestForm(widget) {
  const { words, desk, draft } = widget;
  const { t } = words;
  const read = (event) => {
    const data = new FormData(event.currentTarget);
    const consent = event.currentTarget.elements.other_language;
    widget.fillIn({
      product: data.get("product"), language: data.get("language"), topic: data.get("topic"), impact: data.get("impact"),
      other_language: consent ? consent.checked : draft.other_language,
    });
  };
  const start = (event) => {
    event.preventDefault();
    widget.startChat();
  };
  return html`<form class="middle form" @submit=${start} @input=${read}>
    <p class="lead">${t("form.lead")}</p>
    ${openOnes(widget)}
    <div class="pair">
      <div class="field"><label for="product">${t("form.product")}</label>
        <select id="product" name="product" data-first>
          ${desk.products.map((each) => option(each, words.name("product", each), each === draft.product))}</select></div>
      <div class="field"><label for="language">${t("form.language")}</label>
        <select id="language" name="language">
          ${desk.languages.map((each) => option(each, words.languageName(each), each === draft.language))}</select></div>
    </div>
    ${otherLanguage(widget)}
    <div class="field"><label for="topic">${t("form.topic")}</label>
      <textarea id="topic" name="topic" rows="2" maxlength="500" placeholder=${t("form.topic_hint")} .value=${draft.topic}></textarea></div>
    ${impact(widget)}
    ${problem(widget)}
    <div class="ways-on">
      <button class="button primary wide" ?disabled=${widget.busy}>${widget.busy ? t("form.starting") : t("form.start")}</button>
      ${desk.callbacks ? press(html`${icon("phone")}${t("form.call")}`, () => widget.ask("call"), { kind: "wide" }) : nothing}
      <p class="muted">${t("form.not_urgent")} <button class="link" type="button" ?disabled=${widget.busy}
        @click=${() => widget.openCase()}>${t("form.case")}</button></p>
    </div>
  </form>`;
}

/** Where a number is left for a line: instead of waiting on, or without a chat before. `send` gets what was filled in. */
export function callForm(widget, { line, lead, back, send }) {
  const { words, connection } = widget;
  const { t } = words;
  const { slots } = connection.state;
  const ask = (event) => {
    event.preventDefault();
    send(event.target.querySelector("rb-call-fields").value);
  };
  return html`<form class="middle form" @submit=${ask}>
    <p class="lead">${lead}</p>
    <rb-call-fields .words=${words} .windows=${slots?.line === line ? slots.slots : null} .ask=${() => connection.askSlots(line)}
      .hint=${t("callback.hint")} when="either" data-first></rb-call-fields>
    ${problem(widget)}
    <div class="actions">
      <button class="button primary" ?disabled=${widget.busy}>${t("callback.ask")}</button>
      ${press(back, () => widget.ask(null))}
    </div>
  </form>`;
}

/** The request as an operation carries it. */
export const request = ({ product, language, topic }) => ({ product, language, topic: sayable(topic) });
