/** What the live table shows, from the one view the server sends. Functions of the table alone: they keep nothing. */

import { html, nothing } from "./lit.js";
import { agents, stateOf } from "./board-agents.js";
import { inside } from "./board-line.js";
import { told } from "./board-told.js";
import { news } from "./parts.js";
import { recorded } from "./records-api.js";

const WEEKDAYS = [1, 2, 3, 4, 5].map((day) => new Date(Date.UTC(2024, 0, day)));   // 1 January 2024 was a Monday
const MEASURES = ["sl_offered", "asa", "wait_p50", "wait_p90", "offered", "served", "abandoned", "silent", "abandonment_true", "silent_handle",
  "converted", "occupancy", "callback_wait_mean", "case_kept"];
const SHARES = new Set(["sl_offered", "occupancy", "abandonment_true", "case_kept"]);
const SECONDS = new Set(["asa", "wait_p50", "wait_p90", "callback_wait_mean", "silent_handle"]);
const FEW = 20;

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
  return html`<header class="board-head"><div><h1>${t("page.demo")}</h1><p class="muted">${t("board.lead")}
      ${recorded() ? html`<a href="/records">${t("board.records")}</a>` : nothing}</p></div>
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
  const verdict = !enough ? t("board.early") : html`<span class="chip ${short ? "warn" : "ok"}">${short ? "▼" : "▲"}
    ${t(short ? "board.below" : "board.above", { target: words.percent(today.target, 0) })}</span>`;
  return html`<section class="tiles" aria-label=${t("board.now")}>
    ${tile(t("measure.sl_offered", { within: words.number(today.within_s ?? 60) }), valueOf(words, "sl_offered", level), verdict, short ? "warn" : "")}
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

/** A service level, marked when it misses its target. */
function levelCell(words, today, level) {
  const low = level?.n >= FEW && level.value < today.target;
  const mark = html`<span aria-hidden="true">▼ </span>
    <span class="visually-hidden">${words.t("board.below", { target: words.percent(today.target ?? 0, 0) })}: </span>`;
  return html`<td class="n ${low ? "low" : ""}">${low ? mark : nothing}${valueOf(words, "sl_offered", level)}</td>`;
}

/** Whether a line takes new contacts, and the switch for it. */
function opened(table, line) {
  const { words } = table;
  const key = `line.${line.line}`;
  const turn = () => table.act(key, { t: "line.open", line: line.line, open: !line.open });
  return html`<td class="n"><button class="toggle" type="button" role="switch" aria-checked=${line.open} ?disabled=${table.isBusy(key)}
    aria-label=${words.t("board.open_label", { line: words.line(line.line) })} @click=${turn}>
    <span class="knob" aria-hidden="true"></span>${words.t(line.open ? "board.open" : "board.closed")}</button></td>`;
}

/** How many cases wait for an answer: how many of them for too long, or else by when the first is to have one. */
function cases(table, line) {
  const { words } = table;
  const { t } = words;
  if (!line.cases) return html`<td class="n">–</td>`;
  const first = line.response_due ? html`<small class="muted">${t("clock.due", { moment: words.moment(line.response_due, table.now) })}</small>` : nothing;
  return html`<td class="n cases">${words.number(line.cases)} ${line.overdue
    ? html`<span class="chip danger">${t("board.overdue", { n: line.overdue })}</span>` : first}</td>`;
}

function lineRow(table, line) {
  const { words, today } = table;
  const day = today.lines[line.line] ?? {};
  const some = (count) => (count ? words.number(count) : "–");
  const chosen = table.chosen === line.line;
  return html`<tr class=${chosen ? "chosen" : ""}><th scope="row"><button class="link" type="button" aria-expanded=${chosen}
      @click=${() => table.choose(chosen ? null : line.line)}>${words.line(line.line)}</button></th>
    <td class="n strong">${words.number(line.waiting)}</td><td>${sparkline(table.history(line.line))}</td>
    <td class="n">${line.waiting_since === null ? "–" : words.duration(table.since(line.waiting_since))}</td>
    <td class="n">${some(line.callbacks)}</td>${cases(table, line)}<td class="n">${some(line.connected)}</td>${levelCell(words, today, day.sl_offered)}
    <td class="n">${valueOf(words, "asa", day.asa)}</td><td class="n">${valueOf(words, "abandoned", day.abandoned)}</td>
    ${opened(table, line)}</tr>
    ${chosen ? html`<tr class="within"><td colspan="11">${inside(table)}</td></tr>` : nothing}`;
}

function lines(table) {
  const { words, board } = table;
  const { t } = words;
  const head = (text, kind = "n") => html`<th scope="col" class=${kind}>${text}</th>`;
  return html`<section class="card panel lines" aria-labelledby="lines"><h2 id="lines">${t("board.lines")}</h2>
    <div class="scroll" tabindex="0" role="group" aria-labelledby="lines"><table>
      <thead><tr>${head(t("board.line"), "")}${head(t("board.col_waiting"))}${head(t("board.col_recent"), "")}${head(t("board.col_longest"))}
        ${head(t("board.col_callbacks"))}${head(t("board.col_cases"))}${head(t("board.col_talking"))}${head(t("board.col_level"))}${head(t("board.col_asa"))}
        ${head(t("board.col_left"))}${head(t("board.col_open"))}</tr></thead>
      <tbody>${board.lines.map((line) => lineRow(table, line))}</tbody></table></div></section>`;
}

function measures(table) {
  const { words, today } = table;
  const { t } = words;
  const args = { within: words.number(today.within_s ?? 60) };
  const calls = { completed: 0, unreachable: 0, cancelled: 0, open: 0, reservations: 0, ...today.callbacks };
  const entry = (label, value, n, text) => html`<div><dt>${label}</dt><dd><strong class="tabular">${value}</strong>
    ${n === undefined ? nothing : html`<span class="muted tabular">n = ${words.number(n)}</span>`}<small>${text}</small></dd></div>`;
  return html`<section class="card panel measures" aria-labelledby="measures"><h2 id="measures">${t("board.today")}</h2>
    <dl>${MEASURES.map((name) => entry(
      t(`measure.${name}`, args), valueOf(words, name, today.all[name]), today.all[name]?.n, t(`measure.${name}.text`, args)))}
      ${entry(t("measure.reservations"), words.number(calls.reservations), undefined, t("measure.reservations.text", calls))}</dl>
    ${told(words, table.board.told, today.speed)}
    ${today.speed > 1 ? html`<p class="muted">${t("board.virtual", { n: today.speed })}</p>` : nothing}</section>`;
}

export function board(table) {
  return html`${news(table)}<div class="board ${table.connection.phase === "open" ? "" : "stale"}">${head(table)}${tiles(table)}
    <div class="board-grid">${lines(table)}${agents(table)}${measures(table)}</div></div>`;
}
