/** The agent's own status: what is chosen, what follows, and what the desk made of it. Keeps nothing. */

import { html, nothing } from "./lit.js";
import { avatar, icon } from "./icons.js";
import { press } from "./parts.js";

const STATE_DOT = { idle: "ok", offered: "info", busy: "info", wrap_up: "warn", not_responding: "danger", draining: "warn" };
const STANDING = ["available", "break", "offline"];
const LATER = ["break", "offline"];

/** Reasons for a status that the agent did not choose, and so has to be told of. */
const NOT_CHOSEN = ["connection_lost", "shift_end", "supervisor"];

const told = (kind, sign, text, act = nothing) => html`<p class=${kind} role="status">${icon(sign)}<span>${text}</span>${act}</p>`;

function state(console) {
  const { agent, words } = console;
  if (agent.status !== "available") return [words.name("status", agent.status), ""];
  if (agent.next_status) return [words.t(`status.next_${agent.next_status}`), "warn"];
  if (agent.draining) return [words.t("status.kept"), "warn"];
  return [words.name("state", agent.state), STATE_DOT[agent.state] ?? ""];
}

/** What the desk made of the status, and the way back. */
function news(console, choose) {
  const { agent, words } = console;
  const { t } = words;
  const back = press(t("status.back"), () => choose("available"), { kind: "small" });
  const lines = [];
  if (agent.state === "not_responding") lines.push(told("error", "alert-triangle", t("status.not_responding"), back));
  if (agent.status !== "available" && NOT_CHOSEN.includes(agent.reason)) {
    const sign = agent.reason === "connection_lost" ? "wifi-off" : "clock";
    lines.push(told("error", sign, t(`status.${agent.reason}`), back));
  }
  if (agent.next_status) {
    const text = t(`status.waits_${agent.next_status}`);
    lines.push(told("told", "clock", text, press(t("status.not_after_all"), () => choose("available"), { kind: "small" })));
  }
  if (agent.hand_over_at) {
    const times = { ends: words.time(agent.shift_ends), over: words.time(agent.hand_over_at) };
    lines.push(told("told warn", "clock", t("status.shift_ending", times)));
  }
  const pause = agent.paused_until - console.now;
  if (pause > 0) lines.push(told("told", "clock", t("status.paused", { time: words.clock(pause) })));
  return lines;
}

export function statusBar(console) {
  const { agent, words } = console;
  const { t } = words;
  const busy = console.isBusy("status");
  const choose = (status, when = {}) => console.act("status", { t: "agent.status", status, ...when });
  const [name, dot] = state(console);
  const mayWait = agent.units > 0 && agent.status === "available" && !agent.next_status;
  return html`<section class="status" aria-label=${t("status.label")}>
    <div class="who">${avatar(agent)}<div><strong>${agent.name}</strong>
      <span class="muted tabular"><span class="dot ${dot}"></span>
        ${name}${console.inState === null ? nothing : html` · ${words.duration(console.inState)}`}</span></div></div>
    <div class="switch" role="group" aria-label=${t("status.choose")}>${STANDING.map((status) => html`
      <button type="button" aria-pressed=${agent.status === status && agent.state !== "not_responding"} ?disabled=${busy}
        @click=${() => choose(status)}>${words.name("status", status)}</button>`)}</div>
    ${mayWait ? html`<div class="later"><span class="muted">${t("status.when_free")}</span>
      ${LATER.map((status) => press(
        words.name("status", status), () => choose(status, { when_free: true }), { kind: "small", disabled: busy }))}</div>` : nothing}
    <div class="load tabular"><span>${t("status.units", { used: agent.units, capacity: agent.capacity })}
        ${agent.shift_ends && !agent.hand_over_at ? html` · ${t("status.until", { time: words.time(agent.shift_ends) })}` : nothing}</span>
      <button class="link" type="button" @click=${() => console.chooseSkills(true)}>${t("status.skills")}</button></div>
    ${news(console, choose)}
  </section>`;
}
