// The reducer and the outbox of the browser's client, without a browser: `node --test`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { EMPTY, apply, applyAck, held } from "../../../web/static/state.js";
import { spaced } from "../../../web/static/numbers.js";
import { sayable } from "../../../web/static/sayable.js";
import { MOST_UNANSWERED, Outbox } from "../../../web/static/outbox.js";
import { byDay, nextAt } from "../../../web/static/times.js";
import { openContacts, shownContact } from "../../../web/static/widget-choice.js";

process.env.TZ = "Europe/Berlin";   // where the clock is set twice a year

const told = JSON.parse(readFileSync(new URL("../transcript.json", import.meta.url)));

/** The named fields of a contact. */
const fields = (contact, names) => Object.fromEntries(Object.keys(names).map((name) => [name, contact[name]]));

/** What was frozen cannot be changed by accident: an attempt throws. */
function freeze(value) {
  if (value !== null && typeof value === "object") Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

function play(frames) {
  let state = freeze(apply(EMPTY, told.ready).state);
  const sync = [];
  for (const frame of frames) {
    const result = apply(state, freeze(structuredClone(frame)));
    state = freeze(result.state);
    sync.push(...result.sync);
  }
  return { state, sync };
}

for (const { law, frames, expect, sync } of told.cases) {
  test(law, () => {
    const result = play(frames);
    assert.deepEqual(fields(result.state.contacts[5521], expect), expect);
    assert.deepEqual(result.sync, sync);
  });
}

test("an accepted message of one's own is an event of the contact", () => {
  const { op, ack, expect } = told.own_message;
  const { state } = play([]);
  const { state: after, sync } = applyAck(state, op, ack);
  assert.deepEqual(fields(after.contacts[5521], expect), expect);
  assert.deepEqual(sync, []);
  assert.equal(applyAck(after, op, ack).state, after, "the same answer twice changes nothing");
});

test("a page says which message it has last of each contact", () => {
  const message = { t: "ev", s: "chat:5521", o: 2, e: "9f2c61d0", at: 7, k: "message", d: { by: "asc", name: "Dana", text: "a" } };
  assert.deepEqual([held(EMPTY), held(play([]).state), held(play([message]).state)], [[], [], [[5521, 2, 7]]]);
});

test("another journal is told apart from a gap", () => {
  const { state } = play([]);
  const result = apply(state, { t: "ev", s: "chat:5521", o: 2, e: "other", at: 1, k: "closed", d: {} });
  assert.equal(result.fresh, true);
  assert.equal(result.state, state);
});

test("free times that go on are put behind those that are there", () => {
  const slots = (ver, d) => ({ t: "st", s: "slots", ver, d: { line: "expense/en", zone: "Europe/Paris", ...d } });
  const froms = (...frames) => play(frames).state.slots.slots.map((each) => each.from);
  const first = slots(1, { after: 0, slots: [{ from: 1 }, { from: 2 }], next: 3 });
  const second = slots(2, { after: 3, slots: [{ from: 3 }], next: null });
  assert.deepEqual(froms(first, second), [1, 2, 3]);
  assert.deepEqual(froms(first, second, slots(3, { after: 3, slots: [{ from: 3 }], next: null })), [1, 2, 3], "told twice, there once");
  assert.deepEqual(froms(first, second, slots(3, { after: 0, slots: [{ from: 2 }], next: null })), [2], "asked anew, told anew");
  assert.deepEqual(froms(first, slots(2, { after: 3, line: "travel/en", slots: [{ from: 9 }], next: null })), [1, 2]);
});

/** A Storage in memory. */
function storage() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

test("an operation is written down before it can be sent, and numbers have no gap", () => {
  const store = storage();
  const box = new Outbox(store, "k");
  box.bind(9, 1);
  assert.deepEqual([box.add({ t: "a" }).id, box.add({ t: "b" }).id], [1, 2]);
  const reloaded = new Outbox(store, "k");
  assert.deepEqual([reloaded.session, reloaded.counter, reloaded.ops.map((op) => op.id)], [9, 2, [1, 2]]);
});

test("an answer settles an operation once", () => {
  const box = new Outbox(storage(), "k");
  box.add({ t: "a" });
  assert.equal(box.settle(1).t, "a");
  assert.equal(box.settle(1), undefined);
});

test("at most sixteen operations are unanswered", () => {
  const box = new Outbox(storage(), "k");
  for (let i = 0; i < MOST_UNANSWERED; i += 1) box.add({ t: "a" });
  assert.throws(() => box.add({ t: "a" }), RangeError);
});

test("a session that the server forgot gives its operations up and keeps the words", () => {
  const box = new Outbox(storage(), "k");
  box.bind(9, 1);
  box.add({ t: "msg.send", contact: 5, text: "Hello" });
  box.add({ t: "chat.leave", contact: 5 });
  assert.deepEqual(box.bind(10, 1).lost.map((op) => op.id), [1, 2]);
  assert.deepEqual([box.counter, box.ops, box.refused.map((op) => op.text)], [0, [], ["Hello"]]);
});

test("numbers that the server has seen are not used again", () => {
  const box = new Outbox(storage(), "k");
  box.bind(9, 7);
  assert.equal(box.add({ t: "a" }).id, 7);
});

test("what a journal lost after it was acknowledged is sent again, before what is under way and under numbers without a gap", () => {
  const store = storage();
  const box = new Outbox(store, "k");
  box.bind(9, 1);
  for (const text of ["a", "b", "no", "c", "d"]) box.add({ t: "msg.send", contact: 5, text });
  for (const id of [1, 2, 4]) box.settle(id, true);
  box.settle(3);
  const { lost, moved } = new Outbox(store, "k").bind(9, 5);
  assert.deepEqual([lost, [...moved]], [[], []], "nothing is lost where the next one is the first without an answer");
  assert.deepEqual([...box.bind(9, 2).moved], [[2, 2], [4, 3], [5, 4]]);
  assert.deepEqual(box.ops.map(({ id, text }) => [id, text]), [[2, "b"], [3, "c"], [4, "d"]]);
  assert.equal(box.add({ t: "a" }).id, 5);
  const old = new Outbox(storage(), "k");
  old.bind(9, 40);
  old.bind(9, 7);
  assert.equal(old.add({ t: "a" }).id, 7, "more was lost than is kept: the session goes on all the same");
});

test("storage that is off loses nothing but the reload", () => {
  const broken = { getItem() { throw new Error("off"); }, setItem() { throw new Error("off"); } };
  const box = new Outbox(broken, "k");
  assert.equal(box.add({ t: "a" }).id, 1);
});

test("numbers are grouped after their country, and nothing is lost", () => {
  for (const [number, shown] of [
    ["+12025550123", "+1 202 555 0123"], ["+33199001234", "+33 199 001 234"], ["+4930901820", "+49 309 01 820"],
    ["+35312345678", "+353 123 45 678"], ["+1 ••• ••23", "+1 ••• ••23"], [null, ""],
  ]) {
    assert.equal(spaced(number), shown);
  }
});

test("what cannot be sent is not sent", () => {
  for (const [typed, sent] of [
    ["  Hello\n", "Hello"], ["a\0b", "ab"], ["x\ud83d", "x"], ["\udc00y", "y"], ["\u{1F600}", "\u{1F600}"], ["\u200b \u0007", ""], ["", ""],
  ]) {
    assert.equal(sayable(typed), sent);
  }
});

test("what the server does not understand is given up, and the words are kept", () => {
  const store = storage();
  const box = new Outbox(store, "k");
  box.bind(9, 1);
  box.add({ t: "msg.send", contact: 5, text: "Hello" });
  box.giveUp("not_understood");
  const reloaded = new Outbox(store, "k");
  assert.deepEqual([reloaded.session, reloaded.counter, reloaded.ops], [null, 0, []]);
  assert.deepEqual(reloaded.refused.map((op) => [op.text, op.code]), [["Hello", "not_understood"]]);
});

const HALF_HOUR = 1_800_000;

test("windows stand under the day on which the reader's own clock shows their beginning", () => {
  // 25 October 2026, when the clock goes back: the half hours round midnight, and the one that is shown twice.
  const from = ["2026-10-24T21:30Z", "2026-10-24T22:00Z", "2026-10-25T00:30Z", "2026-10-25T01:30Z"].map(Date.parse);
  const windows = from.map((each) => ({ from: each, to: each + HALF_HOUR }));
  assert.deepEqual(byDay(windows), [
    [Date.parse("2026-10-24T10:00Z"), windows.slice(0, 1)], [Date.parse("2026-10-25T11:00Z"), windows.slice(1)],
  ]);
  assert.deepEqual(byDay([]), []);
});

test("a shift ends the next time that the clock shows, also over the night and over the setting of the clock", () => {
  const evening = Date.parse("2026-10-24T16:00Z");
  assert.equal(nextAt("19:00", evening), Date.parse("2026-10-24T17:00Z"));
  assert.equal(nextAt("06:00", evening), Date.parse("2026-10-25T05:00Z"));
  assert.equal(nextAt("", evening), 0);
});

test("who talks or is called sees that, then what was chosen, what waits, what ended, and last what is for later", () => {
  const of = (contact, channel, state) => ({ contact, channel, state, waiting_since: contact });
  const all = {
    1: of(1, "chat", "closed"), 2: of(2, "callback", "scheduled"), 3: of(3, "case", "waiting"), 4: of(4, "chat", "waiting"),
  };
  const shown = (contacts, chosen, forming = false) => shownContact(contacts, chosen, forming)?.contact ?? null;
  assert.equal(shown({ ...all, 5: of(5, "callback", "dialling") }, "4"), 5);
  assert.equal(shown({ ...all, 5: of(5, "callback", "dialling") }, null, true), 5);
  assert.equal(shown(all, "3"), 3);
  assert.equal(shown(all, "1"), 4);
  assert.equal(shown(all, "4", true), null);
  const { 4: _waits, ...later } = all;
  assert.equal(shown(later, "1"), 1);
  assert.equal(shown(later, ""), 2);
  assert.equal(shown({ 3: all[3] }, null), null);
  assert.deepEqual(openContacts(all).map((each) => each.contact), [4, 3, 2]);
});
