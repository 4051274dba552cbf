/**
 * A session's operations on their way: written down before they are sent, kept until they are answered. The last ones
 * that took effect are kept a while longer, for the case that the desk's store loses what it acknowledged.
 *
 * Survives a reload of the page (the storage is the tab's own). The number of an operation is given once and never
 * used for anything else, which is what makes sending again safe.
 */

export const MOST_UNANSWERED = 16;

export class Outbox {
  #store;
  #key;

  /** `store` is a Storage (sessionStorage); `key` names the person, so that two people in one tab never mix. */
  constructor(store, key) {
    this.#store = store;
    this.#key = key;
    const kept = this.#read();
    this.session = kept.session ?? null;
    this.counter = kept.counter ?? 0;
    this.ops = kept.ops ?? [];
    this.refused = kept.refused ?? [];
    /** The last that took effect, oldest first. */
    this.done = kept.done ?? [];
  }

  get full() { return this.ops.length >= MOST_UNANSWERED; }

  /** Number an operation and write it down; returns the frame to send. */
  add(body) {
    if (this.full) throw new RangeError(`at most ${MOST_UNANSWERED} operations may be unanswered`);
    const frame = { ...body, id: this.counter + 1 };
    this.counter += 1;
    this.ops = [...this.ops, frame];
    this.#write();
    return frame;
  }

  /**
   * An answer came: the operation is no longer waiting; `done` says whether it took effect. Returns it, or undefined if it
   * was answered before.
   */
  settle(id, done = false) {
    const op = this.ops.find((each) => each.id === id);
    if (op) {
      this.ops = this.ops.filter((each) => each.id !== id);
      if (done) this.done = [...this.done, op].slice(-MOST_UNANSWERED);
      this.#write();
    }
    return op;
  }

  /** Keep a refused message, so that what was typed is not lost. */
  refuse(op, code) {
    this.refused = [...this.refused, { ...op, code }].slice(-MOST_UNANSWERED);
    this.#write();
  }

  /** Take a refused message out again (to send it anew, or to drop it). */
  takeRefused(id) {
    const op = this.refused.find((each) => each.id === id);
    this.refused = this.refused.filter((each) => each.id !== id);
    this.#write();
    return op;
  }

  /**
   * The server named the session. When it is not the one we had, nobody can tell what became of the operations under
   * way: they are given up (`lost`), and messages among them are kept as refused.
   *
   * When the server expects a number that was answered already, its journal has lost what it acknowledged: what took
   * effect by that number and later is sent again, and all get the numbers that follow (`moved`, old to new).
   */
  bind(session, next) {
    if (this.session !== null && this.session !== session) return { lost: this.#beginAnew(session, next), moved: new Map() };
    const moved = new Map();
    if (next < (this.ops[0]?.id ?? this.counter + 1)) {
      const again = [...this.done.filter((op) => op.id >= next), ...this.ops];
      this.ops = again.map((op, place) => ({ ...op, id: next + place }));
      again.forEach((op, place) => moved.set(op.id, next + place));
      this.done = this.done.filter((op) => op.id < next);
      this.counter = next - 1 + again.length;
    }
    // A tab that was brought back may hold an older count than the server's: its numbers are used up.
    this.counter = Math.max(this.counter, next - 1);
    this.session = session;
    this.#write();
    return { lost: [], moved };
  }

  #beginAnew(session, next) {
    const lost = this.ops;
    const { refused } = this;
    this.clear();
    this.refused = refused;
    for (const op of lost) if (op.t === "msg.send") this.refuse(op, "session_lost");
    this.counter = next - 1;
    this.session = session;
    this.#write();
    return lost;
  }

  /** The server does not understand what is under way: give it up, keep the words, and begin a session anew. */
  giveUp(code) {
    const { ops, refused } = this;
    this.clear();
    this.refused = refused;
    for (const op of ops) if (op.t === "msg.send") this.refuse(op, code);
    this.#write();
  }

  /** Forget the session (signed out, or it belongs to another tab). */
  clear() {
    this.session = null;
    this.counter = 0;
    this.ops = [];
    this.refused = [];
    this.done = [];
    this.#write();
  }

  #read() {
    try {
      return JSON.parse(this.#store.getItem(this.#key) ?? "{}");
    } catch {
      return {};   // storage is off or was tampered with: a new session starts
    }
  }

  #write() {
    try {
      this.#store.setItem(this.#key, JSON.stringify({
        session: this.session, counter: this.counter, ops: this.ops, refused: this.refused, done: this.done,
      }));
    } catch {
      // Storage is off or full: operations still go out, they only do not survive a reload.
    }
  }
}
