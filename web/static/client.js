/**
 * The connection to the desk: one socket that comes back by itself, an outbox in front of it, the state behind it.
 *
 * What the frames mean is decided in state.js, what is on its way is kept by outbox.js; here are only the socket and
 * its clocks. A view reads `state`, `phase` and `outbox` and is told of changes once per turn of the event loop.
 */

import { EMPTY, apply, applyAck } from "./state.js";
import { Outbox } from "./outbox.js";
import { holdSession } from "./session-lock.js";
import { Timers } from "./timers.js";

const PROTOCOL = "ringback.v1";
const FIRST_BACK_OFF_MS = 500;
const LONGEST_BACK_OFF_MS = 30_000;
const ANSWER_WITHIN_MS = 10_000;
const READY_WITHIN_MS = 10_000;

/** What a close code asks of the client; what is not named is an ordinary drop. */
const ON_CLOSE = {
  1009: "stop", 4400: "stop", 4403: "stop", 4409: "stop",
  1012: "at_once", 4401: "new_token", 4429: "wait",
};

/** The desk, or the way to it, said no. `code` is stable and has words in the catalogues; `message` is English. */
export class Refusal extends Error {
  constructor(code, message, about) {
    super(message ?? code);
    this.code = code;
    /** The type of the operation that was refused. */
    this.about = about;
  }
}

export class Connection extends EventTarget {
  #url;
  #token;
  #holdKey;
  #socket = null;
  #waiting = new Map();   // operation number -> {resolve, reject}
  #syncing = new Set();   // contacts already asked for on this connection
  #timers = new Timers();
  #attempt = 0;
  #freshTokens = 0;
  #heardAt = 0;
  #told = false;
  #stopped = true;
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
    this.#url = url;
    this.#token = token;
    this.#holdKey = key;
    this.outbox = new Outbox(store, `ringback:${key}`);
    this.state = EMPTY;
    /** `connecting`, `open`, `waiting` (for `retryAt`) or `stopped` (for the reason `stopCode`). */
    this.phase = "connecting";
    this.retryAt = 0;
    this.stopCode = null;
    /** Server time minus this machine's, ms. */
    this.skew = 0;
    /** Operations below this number are in the state that `ready` brought, only their answers are still out. */
    this.recordedBelow = 0;
  }

  /** Milliseconds of journal time, as near as this machine can tell. */
  now() { return Date.now() + this.skew; }

  async start() {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.stopCode = null;
    await this.#claimSession();
    addEventListener("online", this.#wake);
    document.addEventListener("visibilitychange", this.#wake);
    this.#connect();
  }

  stop() {
    this.#stopped = true;
    removeEventListener("online", this.#wake);
    document.removeEventListener("visibilitychange", this.#wake);
    this.#timers.clearAll();
    this.#socket?.close(1000);
    this.#socket = null;
    this.#held?.letGo();
    this.#held = null;
  }

  /** Try now instead of when the wait is over. */
  retryNow() {
    if (this.phase !== "waiting") return;
    this.#timers.clearAll();
    this.#connect();
  }

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

  // --- the socket

  async #connect() {
    this.phase = "connecting";
    this.#changed();
    let token;
    try {
      token = await this.#token(this.#freshTokens > 0);
    } catch (error) {
      if (error instanceof Refusal) this.#stopFor(error.code);
      else this.#later();
      return;
    }
    if (this.#stopped) return;
    const socket = new WebSocket(this.#url, PROTOCOL);
    this.#socket = socket;
    this.#timers.after("ready", READY_WITHIN_MS, () => this.#abandon());
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#received(JSON.parse(data), token);
    };
    socket.onclose = ({ code }) => {
      if (this.#socket === socket) this.#closed(code);
    };
  }

  /** Give the socket up without waiting for the other side: it may be long gone. */
  #abandon() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#closed(1006);
  }

  #closed(code) {
    this.#socket = null;
    this.#timers.clearAll();
    this.#syncing.clear();
    if (this.#stopped) return;
    const action = ON_CLOSE[code] ?? "later";
    if (code === 4400 || code === 1009) this.outbox.giveUp("not_understood");   // or it would be sent for ever
    if (action === "stop") this.#stopFor(String(code));
    else if (action === "new_token" && this.#freshTokens > 0) this.#stopFor(String(code));
    else if (action === "new_token") {
      this.#freshTokens += 1;
      this.#connect();
    } else if (action === "at_once" && this.#attempt === 0) {
      this.#attempt = 1;
      this.#connect();
    } else {
      if (action === "wait") this.#attempt = Math.max(this.#attempt, 3);
      this.#later();
    }
  }

  /** Full jitter: anything up to the bound, and the bound doubles with each attempt that failed. */
  #later() {
    const bound = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    const wait = Math.random() * bound;
    this.phase = "waiting";
    this.retryAt = Date.now() + wait;
    this.#timers.after("retry", wait, () => this.#connect());
    this.#changed();
  }

  #stopFor(code) {
    this.stop();
    this.phase = "stopped";
    this.stopCode = code;
    for (const { reject } of this.#waiting.values()) reject(new Refusal("stopped"));
    this.#waiting.clear();
    this.#changed();
  }

  // --- frames

  #received(frame, token) {
    this.#heardAt = Date.now();
    switch (frame.t) {
      case "hello": {
        const auth = { t: "auth", token };
        if (this.outbox.session !== null) auth.session = this.outbox.session;
        this.#transmit(auth);
        this.#beatEvery(frame.hb_ms);
        return;
      }
      case "ready": this.#ready(frame); return;
      case "ack": this.#acked(frame); return;
      case "nack": this.#refused(frame); return;
      default: this.#take(apply(this.state, frame));
    }
    if (frame.t === "snap") this.#syncing.delete(frame.d.contact);
  }

  #ready(frame) {
    this.#timers.clear("ready");
    this.#attempt = 0;
    this.#freshTokens = 0;
    this.skew = frame.at - Date.now();
    for (const op of this.outbox.bind(frame.session, frame.next)) this.#answer(op.id, null, "session_lost");
    this.recordedBelow = frame.next;
    this.phase = "open";
    this.#take(apply(this.state, frame));
    this.#claimSession();
    this.#sendAll();
  }

  #acked(frame) {
    const op = this.outbox.settle(frame.id);
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
    this.#answer(frame.id, null, frame.code, frame.message, op?.t);
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
      this.#abandon();   // another journal than the one we knew: come back and be told everything
      return;
    }
    if (state !== this.state) {
      this.state = state;
      this.#changed();
    }
    for (const contact of sync) {
      if (this.#syncing.has(contact)) continue;
      this.#syncing.add(contact);
      this.#transmit({ t: "sync", contact });
    }
  }

  #answer(id, ack, code, message, about) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (ack) waiting?.resolve(ack);
    else waiting?.reject(new Refusal(code, message, about));
  }

  #transmit(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify(frame));
    if (frame.id !== undefined) this.#expectAnswers();
  }

  #sendAll() {
    for (const op of this.outbox.ops) this.#transmit(op);
  }

  #expectAnswers() {
    this.#timers.after("answers", ANSWER_WITHIN_MS, () => {
      if (this.phase === "open" && this.outbox.ops.length > 0) this.#sendAll();
    });
  }

  // --- clocks

  #beatEvery(ms) {
    const beat = () => {
      if (Date.now() - this.#heardAt > 2 * ms) {
        this.#abandon();
        return;
      }
      this.#transmit({ t: "beat" });
      this.#timers.after("beat", ms, beat);
    };
    this.#timers.after("beat", ms * Math.random(), beat);
  }

  /** The page is looked at again, or the network is back: find out at once whether the connection still lives. */
  #wake = () => {
    if (document.visibilityState === "hidden") return;
    if (this.phase === "waiting") this.retryNow();
    else if (this.phase === "open") {
      const asked = Date.now();
      this.#transmit({ t: "beat" });
      this.#timers.after("wake", 5_000, () => { if (this.#heardAt < asked) this.#abandon(); });
    }
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
