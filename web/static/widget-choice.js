/** Which of a customer's contacts the widget is about. Pure. */

import { OVER } from "./state.js";

/** For the customer a contact is over when the conversation is, whatever the agent still writes down. */
export const isOver = (contact) => OVER.includes(contact.state) || contact.state === "wrapping";

const isTalk = (contact) => ["connected", "dialling"].includes(contact.state) && contact.channel !== "case";

/** Everything that is not over, the newest first. */
export function openContacts(contacts) {
  return Object.values(contacts).filter((each) => !isOver(each)).sort((a, b) => b.waiting_since - a.waiting_since);
}

/**
 * The contact to show, or null for the form.
 *
 * Who talks or is being called sees that, whatever else was on the screen. Otherwise it is what was chosen, then what
 * waits now, then what ended on this screen, and last a callback for later. A case is shown only when it was chosen.
 * @param {Record<string, object>} contacts
 * @param {string | null} chosen id of what was shown last
 * @param {boolean} forming whether the customer is asking for something new
 */
export function shownContact(contacts, chosen, forming) {
  const open = openContacts(contacts);
  const last = contacts[chosen] ?? null;
  const talks = open.filter(isTalk);
  if (talks.length) return talks.includes(last) ? last : talks[0];
  if (forming) return null;
  if (last && !isOver(last)) return last;
  const calls = open.filter((each) => each.channel !== "case");
  return calls.find((each) => each.state !== "scheduled") ?? last ?? calls[0] ?? null;
}
