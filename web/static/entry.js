/** How a visitor of the demo gets a token: the server gives one for a role and a name, as long as it runs a demo. */

import { NoToken } from "./socket.js";

const memory = new Map();

/** The identity this browser uses in a role: the same in every tab, so that a customer's tabs show the same chat. */
function identity(role, name) {
  const key = `ringback.${role}${name ? `.${name}` : ""}`;
  try {
    return { key, ...JSON.parse(localStorage.getItem(key) ?? "{}") };
  } catch {
    return { key };
  }
}

function remember(key, id) {
  try {
    localStorage.setItem(key, JSON.stringify({ id }));
  } catch {
    // Storage is off: each page is somebody else.
  }
}

/**
 * A token function for `Connection`.
 * @param {"asc" | "agent" | "supervisor"} role
 * @param {string} [name] shown to the other side
 */
export function demoToken(role, name) {
  return async (fresh) => {
    const { key, id } = identity(role, name);
    if (!fresh && memory.has(key)) return memory.get(key);
    const answer = await fetch("/demo/token", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ role, ...(id === undefined ? {} : { id }), ...(name ? { name } : {}) }),
    });
    if (answer.status === 404 || answer.status === 403) throw new NoToken("no_demo");
    if (!answer.ok) throw new Error(`no token: ${answer.status}`);
    const given = await answer.json();
    remember(key, given.id);
    memory.set(key, given.token);
    return given.token;
  };
}

/** The endpoint of the server this page came from. */
export function endpoint() {
  const url = new URL("/ws", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
