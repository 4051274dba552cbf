/**
 * The connection to the desk: a socket that comes back, an outbox in front of it, the state behind it.
 *
 * What the frames mean is decided in state.js, what is on its way is kept by outbox.js, how the socket comes back by
 * socket.js. A view reads `state`, `phase` and `outbox` and is told of changes once per turn of the event loop.
 */

import { EMPTY, apply, applyAck, held } from "./state.js";
import { Outbox } from "./outbox.js";
import { holdSession } from "./session-lock.js";
import { Socket } from "./socket.js";
import { Timers } from "./timers.js";

const ANSWER_WITHIN_MS = 10_000;
const FIRST_PROTOCOL = "ringback.v1";

/** The desk said no. `code` is stable and has words in the catalogues; `message` is English. */
export class Refusal extends Error {
  constructor(code, message, about, { instead = [], opens = null } = {}) {
    super(message ?? code);
    this.code = code;
    /** The type of the operation that was refused. */
    this.about = about;
    /** What can be asked for instead, and when the line is open again. */
    this.instead = instead;
    this.opens = opens;
  }
}

export class Connection extends EventTarget {
  #socket;
  #holdKey;
  #waiting = new Map();   // operation number -> {resolve, reject}
  #syncing = new Set();   // contacts already asked for on this connection
  #watched = null;        // the line that is looked into
  #slotsOf = null;        // the line whose free times were asked for
  #timers = new Timers();
  #told = false;
  #starting = false;
  #held = null;           // {session, letGo}: the session that no other tab may use

  /**
   * @param {object} options
   * @param {string} options.url of the endpoint, `ws://…/ws`
   * @param {(fresh: boolean) => Promise<string>} options.token gives a token; `fresh` asks for another than the last
   * @param {string} options.key names person and role, for the tab's storage
   * @param {Storage} [options.store]
   */
  constructor({ url, token, key, store = globalThis.sessionStorage }) {
    super();
    this.#holdKey = key;
    this.#socket = new Socket(url, token, {
      auth: this.#auth, received: this.#received, lost: this.#lost, stopped: this.#stopped, changed: () => this.#changed(),
    });
    this.outbox = new Outbox(store, `ringback:${key}`);
    this.state = EMPTY;
    /** Server time minus this machine's, ms. */
    this.skew = 0;
    /** Operations below this number are in the state that `ready` brought, only their answers are still out. */
    this.recordedBelow = 0;
  }

  /** `connecting`, `open`, `waiting` (for `retryAt`) or `stopped` (for the reason `stopCode`). */
  get phase() { return this.#socket.phase; }
  get retryAt() { return this.#socket.retryAt; }
  get stopCode() { return this.#socket.stopCode; }

  /** Milliseconds of journal time, as near as this machine can tell. */
  now() { return Date.now() + this.skew; }

  async start() {
    if (this.#starting || this.#socket.running) return;
    this.#starting = true;
    await this.#claimSession();
    if (this.#starting) this.#socket.start();
    this.#starting = false;
  }

  stop() {
    this.#starting = false;
    this.#socket.stop();
    this.#timers.clearAll();
    this.#held?.letGo();
    this.#held = null;
  }

  retryNow() { this.#socket.retryNow(); }

  // --- what views ask

  /**
   * Send an operation. The promise gives the `ack`, or fails with a `Refusal`; after a reload nobody holds it any
   * more, but the operation goes on.
   */
  send(body) {
    if (this.outbox.full) {
      return Promise.reject(new Refusal("outbox_full", "Too much is still on its way; wait for the connection."));
    }
    const frame = this.outbox.add(body);
    const answer = new Promise((resolve, reject) => this.#waiting.set(frame.id, { resolve, reject }));
    answer.catch(() => {});   // whoever does not look at the answer is told through the state
    if (this.phase === "open" && !this.#timers.has("hold")) this.#transmit(frame);
    this.#changed();
    return answer;
  }

  /** Send a refused message once more, as a new operation. */
  again(id) {
    const op = this.outbox.takeRefused(id);
    if (!op) return;
    const { id: _used, code: _code, ...body } = op;
    this.send(body);
  }

  drop(id) {
    this.outbox.takeRefused(id);
    this.#changed();
  }

  /** Messages of a contact that are not part of it yet: under way, or refused. */
  unsent(contact) {
    const mine = (op) => op.t === "msg.send" && op.contact === contact;
    return [
      ...this.outbox.refused.filter(mine).map((op) => ({ ...op, failed: true })),
      ...this.outbox.ops.filter((op) => mine(op) && op.id >= this.recordedBelow),
    ];
  }

  /** Ask for the whole view of a contact: something that is not told by events may have changed. */
  refresh(contact) { this.#socket.transmit({ t: "sync", contact }); }

  /** Ask to whom a contact could be handed on; `state.colleagues` is the answer. */
  askColleagues() { this.#socket.transmit({ t: "colleagues" }); }

  /**
   * Ask which times a callback can be promised for, by the reader's own clock; `state.slots` is the answer, which grows
   * until it has all of them: the desk tells so many at once and where they go on.
   */
  askSlots(line, after = 0) {
    this.#slotsOf = line;
    this.#socket.transmit({ t: "slots", line, zone: Intl.DateTimeFormat().resolvedOptions().timeZone, after });
  }

  /** Look into a line, or into none (null), also after the connection has come back; `state.line` is what is seen. */
  watch(line) {
    if (this.#watched === line) return;
    this.#watched = line;
    if (this.phase === "open") this.#socket.transmit({ t: "watch", line });
  }

  // --- frames

  /** A server of the version before would not understand `resume`, and tells everything. */
  #auth = (token, protocol) => {
    const { session } = this.outbox;
    const resume = protocol === FIRST_PROTOCOL ? {} : { resume: held(this.state) };
    return { t: "auth", token, ...(session === null ? {} : { session }), ...resume };
  };

  #received = (frame) => {
    switch (frame.t) {
      case "ready": this.#ready(frame); return;
      case "ack": this.#acked(frame); return;
      case "nack": this.#refused(frame); return;
      default: this.#take(apply(this.state, frame));
    }
    if (frame.t === "snap") this.#syncing.delete(frame.d.contact);
    if (frame.s === "slots" && frame.d.next !== null && frame.d.line === this.#slotsOf) this.askSlots(frame.d.line, frame.d.next);
  };

  #ready(frame) {
    this.skew = frame.at - Date.now();
    const { lost, moved } = this.outbox.bind(frame.session, frame.next);
    for (const op of lost) this.#answer(op.id, null, "session_lost");
    this.#waiting = new Map([...this.#waiting].map(([id, promise]) => [moved.get(id) ?? id, promise]));
    this.recordedBelow = frame.next;
    this.#socket.ready();
    this.#take(apply(this.state, frame));
    this.#claimSession();
    if (this.#watched !== null) this.#socket.transmit({ t: "watch", line: this.#watched });
    if (this.#slotsOf !== null) this.askSlots(this.#slotsOf);
    this.#sendAll();
  }

  #acked(frame) {
    const op = this.outbox.settle(frame.id, true);
    if (!op) return;
    this.#take(applyAck(this.state, op, frame));
    this.#answer(frame.id, frame);
  }

  #refused(frame) {
    if (!frame.final) {
      this.#hold(frame.retry_ms ?? 0);
      return;
    }
    const op = this.outbox.settle(frame.id);
    if (op?.t === "msg.send") this.outbox.refuse(op, frame.code);
    this.#answer(frame.id, null, frame.code, frame.message, op?.t, frame);
    if (op) this.dispatchEvent(new CustomEvent("refused", { detail: { op, code: frame.code, message: frame.message } }));
    this.#changed();
  }

  /** Nothing goes out until the time is up; then everything that has no answer goes again, in order. */
  #hold(ms) {
    if (this.#timers.has("hold")) return;
    this.#timers.after("hold", ms * (1 + Math.random() / 2) + 20, () => this.#sendAll());
  }

  #take({ state, sync, fresh }) {
    if (fresh) {
      this.#socket.abandon();   // another journal than the one we knew: come back and be told everything
      return;
    }
    if (state !== this.state) {
      this.state = state;
      this.#changed();
    }
    for (const contact of sync) {
      if (this.#syncing.has(contact)) continue;
      this.#syncing.add(contact);
      this.#socket.transmit({ t: "sync", contact });
    }
  }

  #answer(id, ack, code, message, about, more) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (ack) waiting?.resolve(ack);
    else waiting?.reject(new Refusal(code, message, about, more));
  }

  #transmit(op) {
    if (!this.#socket.transmit(op)) return;
    this.#timers.after("answers", ANSWER_WITHIN_MS, () => {
      if (this.phase === "open" && this.outbox.ops.length > 0) this.#sendAll();
    });
  }

  #sendAll() {
    for (const op of this.outbox.ops) this.#transmit(op);
  }

  // --- the socket's life

  #lost = (code) => {
    this.#timers.clearAll();
    this.#syncing.clear();
    if (code === 4400 || code === 1009) this.outbox.giveUp("not_understood");   // or it would be sent for ever
  };

  #stopped = () => {
    this.stop();
    for (const { reject } of this.#waiting.values()) reject(new Refusal("stopped"));
    this.#waiting.clear();
    this.#changed();
  };

  #changed() {
    if (this.#told) return;
    this.#told = true;
    queueMicrotask(() => {
      this.#told = false;
      this.dispatchEvent(new Event("change"));
    });
  }

  /** Keep other tabs from the session; one that another tab has already is not taken up. */
  async #claimSession() {
    const { session } = this.outbox;
    if (session === null || this.#held?.session === session) return;
    this.#held?.letGo();
    const letGo = await holdSession(`${this.#holdKey}:${session}`);
    this.#held = letGo && { session, letGo };
    if (!letGo && this.phase !== "open") this.outbox.clear();
  }
}
