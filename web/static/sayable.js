/** What may go over the wire of what was typed. Pure. */

/** The text without what cannot be sent; empty when there is nothing to see in it. */
export function sayable(text) {
  const clean = text.replaceAll("\0", "").replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "").trim();
  return /[^\s\p{C}]/u.test(clean) ? clean : "";
}
