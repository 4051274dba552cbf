/**
 * `<rb-live-table>`: the whole desk as it is, and what a supervisor does about it. What it shows is in board-views.js;
 * here are the connection, the virtual clock, the last minutes of each line's length, and what is looked at from near.
 */

import { html, nothing } from "./lit.js";
import { Connection } from "./client.js";
import { demoToken, endpoint } from "./entry.js";
import { Ages, PageElement } from "./page.js";
import { stateOf } from "./board-agents.js";
import { board } from "./board-views.js";
import { lostBar, standstill } from "./parts.js";

const SAMPLES = 90;
const EVERY_MS = 2_000;

class LiveTable extends PageElement {
  static properties = {
    ...PageElement.properties, _chosen: { state: true }, _chosenAgent: { state: true }, _asking: { state: true },
  };

  #samples = new Map();
  #sampledAt = 0;
  #ages = new Ages();

  constructor() {
    super();
    this._chosen = null;
    this._chosenAgent = null;
    this._asking = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.attach(new Connection({ url: endpoint(), token: demoToken("supervisor"), key: "supervisor" }));
  }

  get board() { return this.connection.state.board; }
  get today() { return this.board?.today ?? { speed: 1, all: {}, lines: {}, callbacks: {} }; }

  /** The line that is looked into, and what is seen there; null before it is known. */
  get chosen() { return this._chosen; }
  get line() {
    const { line } = this.connection.state;
    return line?.line === this._chosen ? line : null;
  }

  /** The agent whose status is about to be set, and the contact that is about to be taken back. */
  get chosenAgent() { return this._chosenAgent; }
  get asking() { return this._asking; }

  agentName(agent) { return agent?.name || this.words.t("board.agent", { id: String(agent?.id ?? "") }); }

  choose(line) {
    this._chosen = line;
    this._asking = null;
    this.connection.watch(line);
  }

  chooseAgent(agent) { this._chosenAgent = agent; }
  ask(contact) { this._asking = contact; }

  /** The virtual time of day, ms after midnight; null where the reader's own clock is right. */
  get clock() {
    const { clock_at: at, clock_ms: ms, speed } = this.today;
    return at === undefined ? null : ms + (this.now - at) * speed;
  }

  /** How long something has lasted on the virtual clock, ms. */
  since(at) { return Math.max(0, this.now - at) * this.today.speed; }

  /** The lengths of a line over the last minutes, oldest first. */
  history(line) { return this.#samples.get(line) ?? []; }

  /** How long an agent has been in its state on the virtual clock, ms; null if that is not known. */
  inState(agent) {
    const since = ["break", "offline"].includes(stateOf(agent)) ? agent.since : this.#ages.since(agent.id);
    return since === null ? null : this.since(since);
  }

  changed() {
    for (const agent of this.board?.agents ?? []) this.#ages.note(agent.id, stateOf(agent), this.now);
    if (!this.board || Date.now() - this.#sampledAt < EVERY_MS) return;
    this.#sampledAt = Date.now();
    for (const each of this.board.lines) {
      const kept = [...this.history(each.line), each.waiting + each.callbacks].slice(-SAMPLES);
      this.#samples.set(each.line, kept);
    }
  }

  titled() { document.title = `${this.words.t("page.demo")} · Ringback`; }

  render() {
    if (!this.words) return nothing;
    const { connection, words } = this;
    if (!this.board) {
      return standstill(connection, words, html`<div class="empty tall" aria-busy="true"><p role="status">${words.t("board.loading")}</p></div>`);
    }
    return html`${lostBar(connection, words, (n) => words.t("lost.board", { n }))}${board(this)}`;
  }
}

customElements.define("rb-live-table", LiveTable);
