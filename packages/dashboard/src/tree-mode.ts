const KEY = 'task-monitor.tree';

/** Whether the list was last seen as a tree in this browser. */
export function storedTreeMode(): boolean {
  try {
    return localStorage.getItem(KEY) === 'on';
  } catch {
    // A browser may forbid to keep anything.
    return false;
  }
}

export function storeTreeMode(isOn: boolean): void {
  try {
    localStorage.setItem(KEY, isOn ? 'on' : 'off');
  } catch {
    // Then it is as it was before, next time.
  }
}
