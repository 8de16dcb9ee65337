import type { Check } from '@task-monitor/core';

/** PostgreSQL silently cuts a longer name: two would become one. */
const MOST_BYTES = 63;

/** Any name that PostgreSQL takes for a schema of ours: it is quoted wherever it is used. */
export const schemaName: Check = (value) => {
  const expected = `a schema name of 1 to ${MOST_BYTES} bytes that PostgreSQL can hold, not beginning with "pg_"`;
  if (typeof value !== 'string' || value === '') return expected;
  if (!value.isWellFormed() || value.includes('\u0000')) return expected;
  if (Buffer.byteLength(value) > MOST_BYTES) return expected;
  return value.startsWith('pg_') || value === 'information_schema' ? expected : null;
};

/** A name as SQL writes it where any character is allowed. */
export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
