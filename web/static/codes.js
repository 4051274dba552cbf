/**
 * The code words that people choose from. They stand readable in the journal and in reports, so they are few, and none
 * is ever free text; what they are called on the screen is in the catalogues.
 */

/** What a contact was about. */
export const REASONS = Object.freeze(["how_to", "fault", "outage", "access", "data", "wish", "other"]);

/** What came of it. */
export const OUTCOMES = Object.freeze(["solved", "workaround", "follow_up", "passed_on", "not_solved"]);

/** Why an offer is declined; after `busy` the pause is longer. */
export const DECLINES = Object.freeze(["busy", "other"]);

/** Why a callback is not needed any more. */
export const DROPS = Object.freeze(["settled", "duplicate", "unwanted"]);

/** What came of an attempt to dial that reached nobody. */
export const FAILURES = Object.freeze(["no_answer", "busy", "voicemail", "invalid"]);

/** How many cannot work, as the customer says. */
export const IMPACTS = Object.freeze(["one", "some", "everybody"]);

/** How bad it is, as the agent judges. */
export const PRIORITIES = Object.freeze([1, 2, 3, 4]);

/** By whom a status was set that the agent did not choose. */
export const SUPERVISOR = "supervisor";
