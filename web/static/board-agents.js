/** The desk's agents by what they do, and the status that a supervisor may set. Keeps nothing. */

import { html, nothing } from "./lit.js";
import { SUPERVISOR } from "./codes.js";
import { blank, press } from "./parts.js";

const STATES = ["idle", "offered", "busy", "wrap_up", "draining", "not_responding", "break", "offline"];
const KIND = {
  idle: "ok", offered: "info", busy: "busy", wrap_up: "warn", draining: "maint", not_responding: "danger", break: "away", offline: "away",
};
const STANDING = ["available", "break", "offline"];

/** What an agent is doing: the state while there is work or may be some, else the chosen status. */
export function stateOf(agent) {
  const working = agent.state === "not_responding" || agent.status === "available" || agent.units > 0;
  return working ? agent.state : agent.status;
}

const lasting = (words, ms) => (ms === null ? nothing : html` · <span class="tabular">${words.duration(ms)}</span>`);

/** Setting somebody's status, below the name that was chosen. */
function force(table, agent) {
  const { words } = table;
  const { t } = words;
  const key = `agent.${agent.id}`;
  const set = async (status) => {
    if (await table.act(key, { t: "agent.force", agent: agent.id, status, reason: SUPERVISOR })) table.chooseAgent(null);
  };
  return html`<div class="force" role="group" aria-label=${t("board.force", { name: table.agentName(agent) })}>
    <span class="muted">${t("board.force", { name: table.agentName(agent) })}</span>
    ${STANDING.map((status) => press(
      words.name("status", status), () => set(status), { kind: "small", disabled: table.isBusy(key) }))}</div>`;
}

function row(table, agent, name) {
  const { words } = table;
  const { t } = words;
  const state = stateOf(agent);
  const chosen = table.chosenAgent === agent.id;
  const load = `${words.number(agent.units)}/${words.number(agent.capacity)}`;
  return html`<li class=${chosen ? "chosen" : ""}><span class="dot ${KIND[state]}"></span>
    <button class="name" type="button" aria-expanded=${chosen} @click=${() => table.chooseAgent(chosen ? null : agent.id)}>
      ${table.agentName(agent)}</button>
    <span class="muted tabular load" title=${t("status.units", { used: agent.units, capacity: agent.capacity })}>${load}</span>
    <span class="muted state">${name(state)}${lasting(words, table.inState(agent))}</span>
    ${chosen ? force(table, agent) : nothing}</li>`;
}

export function agents(table) {
  const { words, board } = table;
  const { t } = words;
  const name = (state) => (["break", "offline"].includes(state) ? words.name("status", state) : words.name("state", state));
  const order = (agent) => STATES.indexOf(stateOf(agent));
  const present = board.agents.filter((agent) => stateOf(agent) !== "offline").sort((a, b) => order(a) - order(b) || a.id - b.id);
  const counts = STATES.map((state) => [state, present.filter((agent) => stateOf(agent) === state).length]).filter(([, n]) => n);
  const share = ([state, n]) => html`<span class="seg ${KIND[state]} w${Math.min(n, 20)}"></span>`;
  const legend = ([state, n]) => html`<span><span class="dot ${KIND[state]}"></span>${name(state)}
    <strong class="tabular">${words.number(n)}</strong></span>`;
  return html`<section class="card panel agents" aria-labelledby="agents">
    <h2 id="agents">${t("board.agents")} <span class="muted">${words.number(present.length)}</span></h2>
    <div class="stack" aria-hidden="true">${counts.map(share)}</div><p class="legend">${counts.map(legend)}</p>
    ${present.length ? html`<ul class="people">${present.map((agent) => row(table, agent, name))}</ul>` : blank("users", t("board.nobody"))}
  </section>`;
}
