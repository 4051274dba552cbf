/** Parts that several pages are made of: buttons, and what is shown while there is no connection. They keep nothing. */

import { html, nothing } from "./lit.js";
import { icon } from "./icons.js";

/**
 * A button that does something.
 * @param {unknown} text
 * @param {(event: Event) => void} act
 * @param {{kind?: string, disabled?: boolean, first?: boolean}} [how] `first`: takes the focus when its view appears
 */
export const press = (text, act, { kind = "", disabled = false, first = false } = {}) => html`
  <button class="button ${kind}" type="button" ?data-first=${first} ?disabled=${disabled} @click=${act}>${text}</button>`;

/** A button that shows a sign and is named by words. */
export const pressIcon = (name, label, act, kind = "quiet square") => html`
  <button class="button ${kind}" type="button" aria-label=${label} title=${label} @click=${act}>${icon(name)}</button>`;

/** Something to see where there is nothing else: a sign, words, and at most one thing to do. */
export const blank = (name, text, act = nothing, kind = "") => html`
  <div class="empty ${kind}">${icon(name)}<p role="status">${text}</p>${act}</div>`;

/** Why the connection was given up, in words. */
function stopText(connection, { has, t }) {
  const key = `stopped.${connection.stopCode}`;
  return has(key) ? t(key) : t("stopped.other", { code: connection.stopCode });
}

/** What there is to do about a connection that was given up, if there is anything. */
function wayOn(connection, { t }, kind) {
  if (connection.stopCode === "4409") return press(t("stopped.here"), () => connection.start(), { kind });
  if (connection.stopCode === "4426") return press(t("stopped.reload"), () => location.reload(), { kind });
  return nothing;
}

/** Before the first connection, or after the last: why nothing can be shown, and what can be done. */
export function standstill(connection, words, waiting) {
  const { t } = words;
  if (connection.phase === "stopped") {
    const way = wayOn(connection, words, "primary");
    return html`<div class="empty tall" role="alert">${icon("alert-triangle")}<p>${stopText(connection, words)}</p>${way}</div>`;
  }
  if (connection.phase === "waiting") {
    return blank("wifi-off", t("lost.first"), press(t("lost.now"), () => connection.retryNow()), "tall");
  }
  return waiting;
}

/** The bar over a page whose connection is gone; `text` tells what that means, with the seconds until the next try. */
export function lostBar(connection, words, text) {
  const { t } = words;
  if (connection.phase === "open") return nothing;
  const stopped = connection.phase === "stopped";
  const waiting = connection.phase === "waiting";
  const seconds = Math.max(1, Math.ceil((connection.retryAt - Date.now()) / 1000));
  const told = stopped ? stopText(connection, words) : waiting ? text(seconds) : t("lost.trying");
  return html`<div class="lost ${stopped ? "danger" : ""}" role="status">${icon("wifi-off")}<span>${told}</span>
    ${waiting ? press(t("lost.now"), () => connection.retryNow(), { kind: "small" }) : nothing}
    ${stopped ? wayOn(connection, words, "small") : nothing}</div>`;
}

/** What went wrong with what was done on a page, and what else there is to tell, until it is dismissed. */
export function news(page) {
  const { words } = page;
  const dismiss = (each) => pressIcon("x", words.t("news.dismiss"), () => page.dismiss(each.id), "quiet small");
  return html`<div class="problems" role="alert">${page.problems.map((each) => html`<p class="error">${icon("alert-triangle")}
      <span>${words.refusal(each)}</span>${dismiss(each)}</p>`)}</div>
    <div class="notices" role="status">${page.notices.map((each) => html`<p class="told">${icon("check")}
      <span>${each.text}</span>${dismiss(each)}</p>`)}</div>`;
}

/** A choice and the button that carries it out: nothing happens by merely looking through the choices. */
export function chooseAndDo({ label, choices, go, act, disabled = false }) {
  const submit = (event) => {
    event.preventDefault();
    const { value } = event.target.elements.choice;
    if (value) act(value);
  };
  return html`<form class="choose" @submit=${submit}><select name="choice" aria-label=${label} required ?disabled=${disabled}>
      <option value="" disabled selected>${label}</option>${choices.map(([value, text]) => html`<option value=${value}>${text}</option>`)}</select>
    <button class="button small" ?disabled=${disabled}>${go}</button></form>`;
}
