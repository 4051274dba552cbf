/**
 * `<rb-live-table>`: the whole desk as it is. What it shows is in board-views.js; here are the connection, the virtual
 * clock and the last minutes of each line's length.
 */

import { html, nothing } from "./lit.js";
import { Connection } from "./client.js";
import { demoToken, endpoint } from "./entry.js";
import { Ages, PageElement } from "./page.js";
import { board, stateOf } from "./board-views.js";
import { lostBar, standstill } from "./parts.js";

const SAMPLES = 90;
const EVERY_MS = 2_000;

class LiveTable extends PageElement {
  #samples = new Map();
  #sampledAt = 0;
  #ages = new Ages();

  connectedCallback() {
    super.connectedCallback();
    this.attach(new Connection({ url: endpoint(), token: demoToken("supervisor"), key: "supervisor" }));
  }

  get board() { return this.connection.state.board; }
  get today() { return this.board?.today ?? { speed: 1, all: {}, lines: {}, callbacks: {} }; }
  get now() { return this.connection.now(); }

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
