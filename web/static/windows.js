/**
 * The half hours in which somebody may ask to be called, by the reader's own clock. Pure.
 *
 * A day on which the clock is set has no time that the clock leaves out, and one that it shows twice is the first.
 */

export const WINDOW_MS = 30 * 60_000;

/** The half hours of the day `ahead` days from `now`, as the times (ms) at which they begin, within the horizon. */
export function windowsOf(ahead, now, horizonMs) {
  const today = new Date(now);
  const found = [];
  for (let minutes = 0; minutes < 24 * 60; minutes += 30) {
    const begins = new Date(today.getFullYear(), today.getMonth(), today.getDate() + ahead, 0, minutes);
    const shown = begins.getHours() * 60 + begins.getMinutes();
    const at = begins.getTime();
    if (shown === minutes && at > now && at + WINDOW_MS <= now + horizonMs) found.push(at);
  }
  return found;
}

/** The days (0 is today) on which there is a half hour left. */
export function windowDays(now, horizonMs, most = 14) {
  return Array.from({ length: most }, (_, ahead) => ahead).filter((ahead) => windowsOf(ahead, now, horizonMs).length > 0);
}
