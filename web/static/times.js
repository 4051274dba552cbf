/** Times as a person chooses them, by the reader's own clock. Pure. */

/**
 * The windows ({from, to}, ms, in order) of each day on the reader's own clock, as [noon of the day, windows].
 * Noon stands for the day because it exists on every one and no clock is set at it.
 */
export function byDay(windows) {
  const days = new Map();
  for (const window of windows) {
    const noon = new Date(window.from).setHours(12, 0, 0, 0);
    days.set(noon, [...(days.get(noon) ?? []), window]);
  }
  return [...days];
}

/** The next moment at which the reader's clock shows this time (`17:00`), ms; 0 for none. */
export function nextAt(clock, now) {
  if (!/^\d\d:\d\d$/.test(clock)) return 0;
  const [hours, minutes] = clock.split(":").map(Number);
  const at = new Date(now);
  at.setHours(hours, minutes, 0, 0);
  if (at.getTime() <= now) at.setDate(at.getDate() + 1);
  return at.getTime();
}
