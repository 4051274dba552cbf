/** What a tab keeps over a reload; where storage is off, it begins anew each time. */

export function kept(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

export function keep(key, value) {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // After a reload this tab begins anew.
  }
}
