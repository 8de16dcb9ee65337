import type { TimeMode } from './page.js';

const KEY = 'task-monitor.time';

/** What was chosen last in this browser. */
export function storedTimeMode(): TimeMode {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'local' || stored === 'utc' ? stored : 'relative';
  } catch {
    // A browser may forbid to keep anything.
    return 'relative';
  }
}

export function storeTimeMode(mode: TimeMode): void {
  try {
    localStorage.setItem(KEY, mode);
  } catch {
    // Then it is as it was before, next time.
  }
}
