import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.js';

/** 100 KB, as Express's own body parser has it. */
const MAX_BODY_BYTES = 102_400;

/** @throws {@link Problem} BODY_TOO_LARGE, before a byte of the body is read. */
export function refuseLargeBody(req: IncomingMessage): void {
  if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
    throw new Problem('BODY_TOO_LARGE');
}

/** Whether only reading the body will tell how long it is. */
export function hasBodyOfUnknownLength(req: IncomingMessage): boolean {
  return req.headers['transfer-encoding'] !== undefined && !req.readableEnded;
}

/**
 * Reads the body to its end and throws it away: no endpoint has a use for one. Rejects with BODY_TOO_LARGE as soon as it
 * is over the limit; the rest of it is then still thrown away, so that the client can read the answer.
 */
export function drainBody(req: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const count = (chunk: Buffer | string): void => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) return;
      req.off('data', count);
      req.resume();
      reject(new Problem('BODY_TOO_LARGE'));
    };
    if (req.destroyed) return reject(new Problem('BODY_TIMEOUT'));
    req.on('data', count);
    req.on('end', resolve);
    // The client is gone: nobody will read the answer, but nothing may be done in its name either.
    req.on('close', () => reject(new Problem('BODY_TIMEOUT')));
    req.on('error', () => reject(new Problem('BODY_TIMEOUT')));
  });
}
