import type { WatchState } from '@task-monitor/client';
import type { Terminal } from './terminal/terminal.js';

/** Writes a line of JSON for each change of the connection, beside those of the events. */
export function stateLines(terminal: Terminal): (state: WatchState) => void {
  return ({ status, since, error }) => {
    void terminal.json({
      type: 'state',
      status,
      since: new Date(since).toISOString(),
      error: error === null ? null : error.message,
    });
  };
}
