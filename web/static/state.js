/**
 * What a client knows of the desk, and how the server's frames change it.
 *
 * Pure: no socket, no clock, no storage, no page. `apply` never changes what it was given, so a view may compare by
 * identity. Fields are those of the wire (docs/reference/protocol.md); a contact also keeps `notes`, the events that
 * people see as lines between the messages, and `waiting`, how many stand in its line.
 */

/** What a client knows before it was ever connected. */
export const EMPTY = Object.freeze({
  epoch: null, me: null, desk: null, contacts: Object.freeze({}), agent: null, colleagues: null, slots: null,
  board: null, line: null, versions: Object.freeze({}),
});

/** States in which a contact asks nothing more of anybody. */
export const OVER = Object.freeze(["closed", "abandoned", "blocked", "cancelled", "unreachable", "expired", "gone"]);

const waitingState = (contact) => (contact.channel === "callback" ? "due" : "waiting");

/** What each event does to a contact; whatever is not named here leaves it as it is and still counts. */
const EFFECTS = {
  queued: (contact, d) => ({ state: "waiting", channel: d.channel ?? contact.channel, line: d.line, waiting_since: d.waiting_since }),
  connected: (contact, d) => ({ state: "connected", agent: d.agent, position: 0 }),
  message: (contact, d, frame) => ({
    messages: [...contact.messages, { o: frame.o, at: frame.at, by: d.by, name: d.name, text: d.text }],
    ...(d.by === "asc" ? { park_at: 0 } : {}),
  }),
  asc_left: () => ({ state: "absent", asc_here: false }),
  asc_returned: (contact) => ({ state: waitingState(contact), asc_here: true }),
  quiet_warning: (contact, d) => ({ park_at: d.park_at }),
  parked: (contact, d) => ({ state: "parked", agent: null, park_at: 0, expires: d.expires }),
  resumed: () => ({ state: "waiting", expires: 0 }),
  expired: () => ({ state: "expired" }),
  requeued: (contact) => ({ state: waitingState(contact), agent: null }),
  transferred: (contact, d) => ({ state: waitingState(contact), agent: null, line: d.line }),
  moved: (contact, d) => ({ line: d.line }),
  priority: (contact, d) => ({ priority: d.priority }),
  incident: (contact, d) => ({ incident: d.incident }),
  converted: (contact, d) => ({ state: "scheduled", channel: "callback", number: d.number, promise: d.promise }),
  callback_requested: (contact, d) => ({
    state: "scheduled", channel: "callback", line: d.line, waiting_since: d.waiting_since, number: d.number, promise: d.promise,
  }),
  scheduled: (contact, d) => ({ state: "scheduled", dial_at: d.at, position: 0 }),
  due: () => ({ state: "due", dial_at: 0 }),
  returned: () => ({ state: "waiting", channel: "chat", promise: null, dial_at: 0 }),
  attempt_failed: (contact) => ({ state: "scheduled", agent: null, attempt: 0, failed_attempts: (contact.failed_attempts ?? 0) + 1 }),
  ringing: (contact, d) => ({ state: "dialling", channel: "callback", attempt: d.attempt }),
  ring_failed: () => ({ state: "connected", channel: "chat", attempt: 0 }),
  dialling: (contact, d) => ({ state: "dialling", agent: d.agent, attempt: d.attempt, position: 0 }),
  reached: (contact, d) => ({ state: "connected", agent: d.agent ?? contact.agent, attempt: d.attempt }),
  unreachable: (contact, d) => ({ state: "unreachable", failure: d.failure }),
  cancelled: () => ({ state: "cancelled" }),
  abandoned: () => ({ state: "abandoned" }),
  blocked: () => ({ state: "blocked" }),
  ended: (contact, d) => ({ state: "wrapping", ended_by: d.by }),
  closed: () => ({ state: "closed" }),
};

/** Events that are told as a line of their own in the conversation. */
const NOTED = new Set([
  "connected", "requeued", "transferred", "moved", "parked", "resumed", "expired", "incident", "ringing", "ring_failed",
  "converted", "returned", "attempt_failed", "dialling", "reached", "unreachable", "ended", "cancelled",
]);

/** An event applied to a contact that is at `o - 1`. */
function advance(contact, frame) {
  const change = EFFECTS[frame.k]?.(contact, frame.d ?? {}, frame) ?? {};
  const notes = NOTED.has(frame.k)
    ? [...(contact.notes ?? []), { o: frame.o, at: frame.at, k: frame.k, d: frame.d ?? {} }] : contact.notes ?? [];
  return { ...contact, ...change, o: frame.o, notes };
}

const withContact = (state, contact) => ({ ...state, contacts: { ...state.contacts, [contact.contact]: contact } });

/**
 * A view from the server replaces what was known; lines already told stay told, and so do the messages up to
 * `messages_after`, which the server was told are here.
 */
function replaced(known, view) {
  const { messages_after = 0, ...whole } = view;
  const before = messages_after ? known.messages.filter((message) => message.o <= messages_after) : [];
  return {
    ...whole, messages: [...before, ...view.messages],
    notes: (known?.notes ?? []).filter((note) => note.o <= view.o), waiting: known?.waiting,
  };
}

/** Most contacts that a client says it has. */
const MOST_HELD = 100;

/** What the server need not tell again (`resume` of `auth`): the last message that is here of each contact. */
export function held(state) {
  const last = Object.values(state.contacts).filter(({ messages }) => messages.length > 0)
    .map(({ contact, messages }) => [contact, messages.at(-1).o, messages.at(-1).at]);
  return last.slice(-MOST_HELD);
}

function event(state, frame) {
  const id = Number(frame.s.slice(frame.s.indexOf(":") + 1));
  const contact = state.contacts[id];
  if (contact && frame.o <= contact.o) return { state, sync: [] };
  if (!contact || frame.o > contact.o + 1) return { state, sync: [id] };
  return { state: withContact(state, advance(contact, frame)), sync: [] };
}

/** The free times told so far, and those that were asked for after them. */
function continued(before, page) {
  if (!page.after) return page;
  if (before?.line !== page.line || before.next !== page.after) return before;
  return { ...page, slots: [...before.slots, ...page.slots] };
}

function latest(state, frame) {
  if (frame.ver <= (state.versions[frame.s] ?? -1)) return state;
  const next = { ...state, versions: { ...state.versions, [frame.s]: frame.ver } };
  const [kind, id] = frame.s.split(":");
  if (kind === "queue" && state.contacts[id]) {
    return withContact(next, { ...state.contacts[id], ...frame.d });
  }
  if (kind === "agent" && Number(id) === state.me?.id) return { ...next, agent: frame.d };
  if (kind === "colleagues") return { ...next, colleagues: frame.d };
  if (kind === "slots") return { ...next, slots: continued(state.slots, frame.d) };
  if (kind === "desk") return { ...next, board: frame.d };
  if (kind === "line") return { ...next, line: frame.d };
  return next;
}

/**
 * The state after one frame, and the contacts that must be asked for anew because something between is missing.
 * `fresh` is true when the journal is not a continuation of what was known: then everything must be asked for anew.
 */
export function apply(state, frame) {
  if (frame.e !== undefined && state.epoch !== null && frame.e !== state.epoch && frame.t !== "ready") {
    return { state, sync: [], fresh: true };
  }
  switch (frame.t) {
    case "ready": {
      const same = state.epoch === frame.e;
      const contacts = Object.fromEntries(frame.contacts.map((view) => [
        view.contact, replaced(same ? state.contacts[view.contact] : undefined, view),
      ]));
      // A contact that left this person's sight while the client was away is no longer listed; what was seen of it
      // stays readable.
      for (const [id, contact] of Object.entries(same ? state.contacts : {})) {
        if (!(id in contacts)) contacts[id] = { ...contact, state: OVER.includes(contact.state) ? contact.state : "gone" };
      }
      return {
        state: {
          ...state, epoch: frame.e, me: frame.me, desk: frame.desk, contacts, agent: frame.agent ?? null, line: null, versions: {},
        },
        sync: [],
      };
    }
    case "ev": return { ...event(state, frame) };
    case "snap": {
      const known = state.contacts[frame.d.contact];
      return { state: known && frame.d.o < known.o ? state : withContact(state, replaced(known, frame.d)), sync: [] };
    }
    case "st": return { state: latest(state, frame), sync: [] };
    default: return { state, sync: [] };
  }
}

/**
 * The state after the answer to one of this client's own operations.
 * A message that was accepted is an event of its contact; the server sends its author no other word of it.
 */
export function applyAck(state, op, ack) {
  if (op.t === "msg.send") {
    const agent = state.me?.role === "agent";
    return event(state, {
      s: `chat:${ack.contact}`, o: ack.o, at: ack.at, k: "message",
      d: { by: agent ? "agent" : "asc", name: state.me?.name ?? "", text: op.text },
    });
  }
  const known = ack.contact === undefined || state.contacts[ack.contact];
  return { state, sync: known ? [] : [ack.contact] };
}
