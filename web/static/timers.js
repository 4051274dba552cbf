/** Timers by name: setting one again replaces it, and all can be stopped at once. */
export class Timers {
  #running = new Map();

  /** Call `run` after `ms`; what the name stood for before is not called any more. */
  after(name, ms, run) {
    this.clear(name);
    this.#running.set(name, setTimeout(() => { this.#running.delete(name); run(); }, ms));
  }

  has(name) { return this.#running.has(name); }

  clear(name) {
    clearTimeout(this.#running.get(name));
    this.#running.delete(name);
  }

  clearAll() {
    for (const name of [...this.#running.keys()]) this.clear(name);
  }
}
