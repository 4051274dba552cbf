/** Phone numbers as an agent reads them aloud or types them: the country apart, then digits in short groups. Pure. */

const TWO_DIGITS = new Set(("20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 "
  + "81 82 84 86 90 91 92 93 94 95 98").split(" "));

/** How many digits the country code of an E.164 number has (ITU-T E.164, list of assigned codes). */
const countryDigits = (digits) => ("17".includes(digits[0]) ? 1 : TWO_DIGITS.has(digits.slice(0, 2)) ? 2 : 3);

/** `+12025550123` as `+1 202 555 0123`; what is not E.164 stays as it is. */
export function spaced(number) {
  if (!/^\+\d{5,15}$/.test(number ?? "")) return number ?? "";
  const digits = number.slice(1);
  const country = digits.slice(0, countryDigits(digits));
  const rest = digits.slice(country.length);
  const groups = [];
  for (let at = 0; at < rest.length;) {
    const left = rest.length - at;
    const take = left === 4 ? 4 : left <= 3 ? left : left === 5 ? 2 : 3;
    groups.push(rest.slice(at, at + take));
    at += take;
  }
  return `+${country} ${groups.join(" ")}`;
}
