/** What the live table shows, from the one view the server sends. Functions of the table alone: they keep nothing. */

import { html, nothing } from "./lit.js";
import { icon } from "./icons.js";

const WEEKDAYS = [1, 2, 3, 4, 5].map((day) => new Date(Date.UTC(2024, 0, day)));   // 1 January 2024 was a Monday
const STATES = ["idle", "offered", "busy", "wrap_up", "draining", "not_responding", "break", "offline"];
const KIND = { idle: "ok", offered: "info", busy: "busy", wrap_up: "warn", draining: "maint", not_responding: "danger", break: "away", offline: "away" };
const MEASURES = ["sl_offered", "asa", "wait_p50", "wait_p90", "offered", "served", "abandoned", "converted", "occupancy", "callback_wait_mean"];
const SHARES = new Set(["sl_offered", "occupancy"]);
const SECONDS = new Set(["asa", "wait_p50", "wait_p90", "callback_wait_mean"]);
const FEW = 20;

/** The bar that says that what is shown is old, or that nothing can be shown yet. */
export function notLive(table, alone = false) {
  const { connection, words } = table;
  const { t } = words;
  if (connection.phase === "open") return alone ? html`<div class="empty tall" aria-busy="true"><p role="status">${t("board.loading")}</p></div>` : nothing;
  const key = `stopped.${connection.stopCode}`;
  const seconds = Math.max(1, Math.ceil((connection.retryAt - Date.now()) / 1000));
  const text = connection.phase === "stopped" ? (words.has(key) ? t(key) : t("stopped.other", { code: connection.stopCode }))
    : connection.phase === "waiting" ? t("lost.board", { n: seconds }) : t("lost.trying");
  return html`<div class="lost ${connection.phase === "stopped" ? "danger" : ""}" role="status">${icon("wifi-off")}<span>${text}</span>
    ${connection.phase === "waiting" ? html`<button class="button small" type="button" @click=${() => connection.retryNow()}>${t("lost.now")}</button>` : nothing}</div>`;
}

/** A measure in words; a share of few is told as it was counted. */
function valueOf(words, name, measure) {
  if (!measure || measure.value === null) return "–";
  if (SHARES.has(name)) {
    if (measure.n !== undefined && measure.n < FEW) return words.t("board.of", { k: Math.round(measure.value * measure.n), n: measure.n });
    return words.percent(measure.value);
  }
  if (SECONDS.has(name)) return words.duration(measure.value * 1000);
  return words.number(measure.value);
}

function clockText(words, ms) {
  const at = new Date(Date.UTC(2024, 0, 1) + ms);
  return new Intl.DateTimeFormat(words.language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" }).format(at);
}

function head(table) {
  const { words, today, clock } = table;
  const { t } = words;
  const day = today.day === undefined ? "" : new Intl.DateTimeFormat(words.language, { weekday: "long", timeZone: "UTC" }).format(WEEKDAYS[today.day % 5]);
  return html`<header class="board-head"><div><h1>${t("page.demo")}</h1><p class="muted">${t("board.lead")}</p></div>
    ${clock === null ? nothing : html`<div class="clock"><span class="day">${day}</span><time class="tabular">${clockText(words, clock)}</time>
      <span class="chip maint" title=${t("board.speed_hint")}>${t("board.speed", { n: today.speed })}</span></div>`}</header>`;
}

function tile(label, value, note, kind = "") {
  return html`<article class="card tile ${kind}"><h2>${label}</h2><p class="figure tabular">${value}</p><p class="muted">${note}</p></article>`;
}

function tiles(table) {
  const { words, board, today } = table;
  const { t } = words;
  const waiting = board.lines.reduce((sum, line) => sum + line.waiting, 0);
  const due = board.lines.reduce((sum, line) => sum + line.callbacks, 0);
  const heads = board.lines.filter((line) => line.waiting_since !== null).sort((a, b) => a.waiting_since - b.waiting_since);
  const longest = heads.length ? words.duration(table.since(heads[0].waiting_since)) : "–";
  const ready = board.agents.filter((agent) => stateOf(agent) === "idle").length;
  const present = board.agents.filter((agent) => agent.status === "available").length;
  const level = today.all.sl_offered;
  const enough = level?.value !== null && level?.n >= FEW;
  const short = enough && level.value < today.target;
  return html`<section class="tiles" aria-label=${t("board.now")}>
    ${tile(t("measure.sl_offered", { within: words.number(today.within_s ?? 60) }), valueOf(words, "sl_offered", level),
      html`${enough ? html`<span class="chip ${short ? "warn" : "ok"}">${short ? "▼" : "▲"} ${t(short ? "board.below" : "board.above", { target: words.percent(today.target, 0) })}</span>` : t("board.early")}`, short ? "warn" : "")}
    ${tile(t("board.waiting"), words.number(waiting), t("board.longest", { time: longest }))}
    ${tile(t("board.callbacks"), words.number(due), t("board.callbacks_today", { n: today.callbacks.reservations ?? 0 }))}
    ${tile(t("board.ready"), words.number(ready), t("board.present", { n: present }), present && !ready && waiting ? "warn" : "")}
    ${tile(t("measure.offered"), words.number(today.all.offered?.value ?? 0), t("board.served", { n: today.all.served?.value ?? 0 }))}
  </section>`;
}

function sparkline(values) {
  const most = Math.max(4, ...values);
  const points = values.map((value, i) => `${(i * 120) / Math.max(1, 90 - 1)},${22 - (value / most) * 20}`).join(" ");
  return html`<svg class="spark" viewBox="0 0 120 24" preserveAspectRatio="none" aria-hidden="true"><polyline points=${points}></polyline></svg>`;
}

function lines(table) {
  const { words, board, today } = table;
  const { t } = words;
  return html`<section class="card panel lines" aria-labelledby="lines"><h2 id="lines">${t("board.lines")}</h2><div class="scroll" tabindex="0" role="group" aria-labelledby="lines"><table>
    <thead><tr><th scope="col">${t("board.line")}</th><th scope="col" class="n">${t("board.col_waiting")}</th><th scope="col">${t("board.col_recent")}</th><th scope="col" class="n">${t("board.col_longest")}</th>
      <th scope="col" class="n">${t("board.col_callbacks")}</th><th scope="col" class="n">${t("board.col_talking")}</th><th scope="col" class="n">${t("board.col_level")}</th><th scope="col" class="n">${t("board.col_asa")}</th><th scope="col" class="n">${t("board.col_left")}</th></tr></thead>
    <tbody>${board.lines.map((line) => {
      const day = today.lines[line.line] ?? {};
      const low = day.sl_offered?.n >= FEW && day.sl_offered.value < today.target;
      return html`<tr><th scope="row">${words.line(line.line)}</th>
        <td class="n strong">${words.number(line.waiting)}</td><td>${sparkline(table.history(line.line))}</td>
        <td class="n">${line.waiting_since === null ? "–" : words.duration(table.since(line.waiting_since))}</td>
        <td class="n">${line.callbacks ? words.number(line.callbacks) : "–"}</td><td class="n">${line.connected ? words.number(line.connected) : "–"}</td>
        <td class="n ${low ? "low" : ""}">${low ? html`<span aria-hidden="true">▼ </span><span class="visually-hidden">${t("board.below", { target: words.percent(today.target, 0) })}: </span>` : nothing}${valueOf(words, "sl_offered", day.sl_offered)}</td>
        <td class="n">${valueOf(words, "asa", day.asa)}</td><td class="n">${valueOf(words, "abandoned", day.abandoned)}</td></tr>`;
    })}</tbody></table></div></section>`;
}

export const stateOf = (agent) => (agent.state === "not_responding" ? agent.state : agent.status === "available" || agent.units > 0 ? agent.state : agent.status);

const lasting = (words, ms) => (ms === null ? nothing : html` · <span class="tabular">${words.duration(ms)}</span>`);

function agents(table) {
  const { words, board } = table;
  const { t } = words;
  const name = (state) => (["break", "offline"].includes(state) ? words.name("status", state) : words.name("state", state));
  const present = board.agents.filter((agent) => stateOf(agent) !== "offline");
  const counts = STATES.map((state) => [state, board.agents.filter((agent) => stateOf(agent) === state).length]).filter(([state, n]) => n && state !== "offline");
  const order = (agent) => STATES.indexOf(stateOf(agent));
  return html`<section class="card panel agents" aria-labelledby="agents"><h2 id="agents">${t("board.agents")} <span class="muted">${words.number(present.length)}</span></h2>
    <div class="stack" aria-hidden="true">${counts.map(([state, n]) => html`<span class="seg ${KIND[state]} w${Math.min(n, 20)}"></span>`)}</div>
    <p class="legend">${counts.map(([state, n]) => html`<span><span class="dot ${KIND[state]}"></span>${name(state)} <strong class="tabular">${words.number(n)}</strong></span>`)}</p>
    ${present.length ? html`<ul class="people">${present.sort((a, b) => order(a) - order(b) || a.id - b.id).map((agent) => html`<li>
      <span class="dot ${KIND[stateOf(agent)]}"></span><span class="name">${agent.name || t("board.agent", { id: String(agent.id) })}</span>
      <span class="muted tabular load" title=${t("status.units", { used: agent.units, capacity: agent.capacity })}>${words.number(agent.units)}/${words.number(agent.capacity)}</span>
      <span class="muted state">${name(stateOf(agent))} ${lasting(words, table.inState(agent))}</span></li>`)}</ul>`
      : html`<div class="empty">${icon("users")}<p>${t("board.nobody")}</p></div>`}
  </section>`;
}

function measures(table) {
  const { words, today } = table;
  const { t } = words;
  const args = { within: words.number(today.within_s ?? 60) };
  const calls = today.callbacks;
  return html`<section class="card panel measures" aria-labelledby="measures"><h2 id="measures">${t("board.today")}</h2>
    <dl>${MEASURES.map((name) => html`<div><dt>${t(`measure.${name}`, args)}</dt>
      <dd><strong class="tabular">${valueOf(words, name, today.all[name])}</strong>${today.all[name]?.n === undefined ? nothing : html` <span class="muted tabular">n = ${words.number(today.all[name].n)}</span>`}
        <small>${t(`measure.${name}.text`, args)}</small></dd></div>`)}
      <div><dt>${t("measure.reservations")}</dt><dd><strong class="tabular">${words.number(calls.reservations ?? 0)}</strong>
        <small>${t("measure.reservations.text", { completed: calls.completed ?? 0, unreachable: calls.unreachable ?? 0, cancelled: calls.cancelled ?? 0, open: calls.open ?? 0 })}</small></dd></div></dl>
    <p class="muted">${today.speed > 1 ? t("board.virtual", { n: today.speed }) : nothing}</p></section>`;
}

export function board(table) {
  return html`<div class="board ${table.connection.phase === "open" ? "" : "stale"}">${head(table)}${tiles(table)}
    <div class="board-grid">${lines(table)}${agents(table)}${measures(table)}</div></div>`;
}
