/** Icons from the sprite and people's initials. They say nothing that the words beside them do not say. */

import { html } from "./lit.js";

const sprite = new URL("vendor/icons.svg", import.meta.url).pathname;

export const icon = (name) => html`<svg class="icon" aria-hidden="true" focusable="false"><use href="${sprite}#${name}"></use></svg>`;

const initials = (name) => name.split(/\s+/).map((part) => part.charAt(0)).slice(0, 2).join("").toUpperCase();

/** A person's initials on one of five grounds, the same ground every time. */
export const avatar = (person) => html`<span class="avatar h${(person?.id ?? 0) % 5}" aria-hidden="true">${initials(person?.name ?? "?")}</span>`;
