import { createHash } from 'node:crypto';
import { BadRequest } from './problem.js';

/**
 * The key by which a client makes a request safe to repeat, from the header `Idempotency-Key`, with quotes around it or
 * without; `null`: it sends none.
 *
 * @throws BadRequest for a key that is empty or longer than 200 characters
 */
export function readIdempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  const key = header.replace(/^"(.*)"$/, '$1');
  if (key !== '' && key.length <= MAX_CHARACTERS) return key;
  throw new BadRequest([
    { parameter: 'Idempotency-Key', detail: `Expected 1 to ${MAX_CHARACTERS} characters.` },
  ]);
}

/** A tag by which the task of a request is told from that of another request with the same key. */
export function requestTag(request: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(request));
  return `request:${hash.digest('hex').slice(0, 12)}`;
}

const MAX_CHARACTERS = 200;
