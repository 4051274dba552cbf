/**
 * One socket that comes back by itself: connecting, waiting longer the longer it is away, beating, giving up.
 *
 * What is said over it is the connection's affair (client.js). The server's close codes say what to do next; what each
 * one asks of a client stands in docs/reference/protocol.md.
 */

import { Timers } from "./timers.js";

/** The versions of the protocol that this page speaks, the one it likes best first. */
const PROTOCOLS = ["ringback.v2", "ringback.v1"];
const FIRST_BACK_OFF_MS = 500;
const LONGEST_BACK_OFF_MS = 30_000;
/** The least bound where the server said that we come too often. */
const TOO_OFTEN_MS = 4_000;
const READY_WITHIN_MS = 10_000;

/** What a close code asks of the client; what is not named is an ordinary drop. */
const ON_CLOSE = {
  1002: "stop", 1007: "stop", 1009: "stop", 4400: "stop", 4403: "stop", 4409: "stop", 4426: "stop",
  1012: "at_once", 4401: "new_token", 4429: "wait",
};

/** No token can be had, for a reason that trying again does not help. `code` has words in the catalogues. */
export class NoToken extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export class Socket {
  #url;
  #token;
  #owner;
  #socket = null;
  #timers = new Timers();
  #lostAt = 0;
  #freshTokens = 0;
  #heardAt = 0;
  #stopped = true;

  /**
   * @param {string} url of the endpoint, `ws://…/ws`
   * @param {(fresh: boolean) => Promise<string>} token gives a token; `fresh` asks for another than the last
   * @param {object} owner
   * @param {(token: string, protocol: string) => object} owner.auth the first frame, in the version that was agreed on
   * @param {(frame: object) => void} owner.received each frame after the greeting
   * @param {(code: number) => void} owner.lost a socket is gone; another one may follow
   * @param {() => void} owner.stopped none will follow
   * @param {() => void} owner.changed the phase is another one
   */
  constructor(url, token, owner) {
    this.#url = url;
    this.#token = token;
    this.#owner = owner;
    /** `connecting`, `open`, `waiting` (for `retryAt`) or `stopped` (for the reason `stopCode`). */
    this.phase = "connecting";
    this.retryAt = 0;
    this.stopCode = null;
  }

  get running() { return !this.#stopped; }

  start() {
    this.#stopped = false;
    this.stopCode = null;
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
  }

  /** Try now instead of when the wait is over. */
  retryNow() {
    if (this.phase !== "waiting") return;
    this.#timers.clearAll();
    this.#connect();
  }

  /** Send a frame, if there is somebody to send it to. Returns whether there is. */
  transmit(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** The server knows us: the connection is open, and the next failure begins with a short wait again. */
  ready() {
    this.#timers.clear("ready");
    this.#lostAt = 0;
    this.#freshTokens = 0;
    this.phase = "open";
  }

  /** Give the socket up without waiting for the other side: it may be long gone. */
  abandon() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#closed(1006);
  }

  async #connect() {
    this.phase = "connecting";
    this.#owner.changed();
    let token;
    try {
      token = await this.#token(this.#freshTokens > 0);
    } catch (error) {
      if (error instanceof NoToken) this.#stopFor(error.code);
      else this.#later();
      return;
    }
    if (this.#stopped) return;
    const socket = new WebSocket(this.#url, PROTOCOLS);
    this.#socket = socket;
    this.#timers.after("ready", READY_WITHIN_MS, () => this.abandon());
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#received(JSON.parse(data), token);
    };
    socket.onclose = ({ code }) => {
      if (this.#socket === socket) this.#closed(code);
    };
  }

  #received(frame, token) {
    this.#heardAt = Date.now();
    if (frame.t !== "hello") {
      this.#owner.received(frame);
      return;
    }
    this.transmit(this.#owner.auth(token, this.#socket.protocol));
    this.#beatEvery(frame.hb_ms);
  }

  #closed(code) {
    this.#socket = null;
    this.#timers.clearAll();
    if (this.#stopped) return;
    this.#owner.lost(code);
    const action = ON_CLOSE[code] ?? "later";
    if (action === "stop" || (action === "new_token" && this.#freshTokens > 0)) this.#stopFor(String(code));
    else if (action === "new_token") {
      this.#freshTokens += 1;
      this.#connect();
    } else if (action === "at_once" && !this.#lostAt) {
      this.#lostAt = Date.now();
      this.#connect();
    } else {
      this.#later(action === "wait" ? TOO_OFTEN_MS : FIRST_BACK_OFF_MS);
    }
  }

  /** Full jitter up to as long as we have been away: nobody misses the server for twice as long as it was gone. */
  #later(least = FIRST_BACK_OFF_MS) {
    this.#lostAt ||= Date.now();
    const wait = Math.random() * Math.min(LONGEST_BACK_OFF_MS, Math.max(least, Date.now() - this.#lostAt));
    this.phase = "waiting";
    this.retryAt = Date.now() + wait;
    this.#timers.after("retry", wait, () => this.#connect());
    this.#owner.changed();
  }

  #stopFor(code) {
    this.stop();
    this.phase = "stopped";
    this.stopCode = code;
    this.#owner.stopped();
  }

  #beatEvery(ms) {
    const beat = () => {
      if (Date.now() - this.#heardAt > 2 * ms) {
        this.abandon();
        return;
      }
      this.transmit({ t: "beat" });
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
      this.transmit({ t: "beat" });
      this.#timers.after("wake", 5_000, () => { if (this.#heardAt < asked) this.abandon(); });
    }
  };
}
