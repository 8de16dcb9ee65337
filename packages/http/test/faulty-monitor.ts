import type { TaskMonitor } from '@task-monitor/core';

type Read = 'get' | 'list' | 'count' | 'stats' | 'cleanup';

/** What the HTTP API calls of a monitor; every call comes to what `outcome` comes to. */
export function aFaultyMonitor(outcome: () => Promise<never>): TaskMonitor {
  const reads: Record<Read, () => Promise<never>> = {
    get: outcome,
    list: outcome,
    count: outcome,
    stats: outcome,
    cleanup: outcome,
  };
  return reads as unknown as TaskMonitor;
}

/** What no answer may ever show. */
export const SECRETS = [
  'postgres://admin:s3cr3t@db.internal:5432/tasks',
  'SELECT * FROM tasks WHERE id = $1',
  '/srv/app/node_modules/pg/lib/client.js',
];

/** A store error as databases make them. */
export function aTellingError(): Error {
  const error = new Error(`connect ECONNREFUSED ${SECRETS.join(' ')}`);
  error.stack = `${error.message}\n    at ${SECRETS[2]}:17:3`;
  return Object.assign(error, { query: SECRETS[1], dsn: SECRETS[0] });
}
