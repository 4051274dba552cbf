/** Closed contacts, asked for over HTTP with the token that signs in at the socket. */

/** Whether this desk keeps records: its pages say so. */
export const recorded = () => "records" in document.documentElement.dataset;

/** The desk gave no answer of use. `status` is HTTP's, 0 when nobody answered. */
export class NoRecords extends Error {
  constructor(status) {
    super(`no records: ${status}`);
    this.status = status;
  }
}

async function ask(token, path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const url = `/records/contacts${path}?${new URLSearchParams(given)}`;
  const once = async (fresh) => fetch(url, { headers: { authorization: `Bearer ${await token(fresh)}` } });
  let answer;
  try {
    answer = await once(false);
    if (answer.status === 401) answer = await once(true);
  } catch {
    throw new NoRecords(0);
  }
  if (!answer.ok) throw new NoRecords(answer.status);
  return answer.json();
}

/**
 * A page of closed contacts, the one that closed last first.
 * @param {(fresh: boolean) => Promise<string>} token
 * @param {object} query as in the reference: `asc`, `company`, `line`, `outcome`, `since`, `until`, `after`, `limit`
 * @returns {Promise<{contacts: object[], after: string | null}>}
 */
export const search = (token, query) => ask(token, "", query);

/** One contact with all that was said in it. */
export async function whole(token, contact) {
  const found = await ask(token, `/${contact}`, {});
  while (found.more) {
    const next = await ask(token, `/${contact}`, { after: found.said.at(-1).o });
    found.said.push(...next.said);
    found.more = next.more;
  }
  return found;
}
