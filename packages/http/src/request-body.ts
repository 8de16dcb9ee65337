import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.js';

/** No endpoint needs a body; what a client sends all the same is not kept, and beyond this not even read. */
const MAX_BODY_BYTES = 102_400;

/** Reads the body away. @throws Problem 413 for one over 100 KB */
export async function discardBody(req: IncomingMessage): Promise<void> {
  if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const hasBody = req.headers['content-length'] !== undefined || req.headers['transfer-encoding'] !== undefined;
  // The host's own body parser may have read it before.
  if (!hasBody || req.readableEnded || req.complete) return;
  await new Promise<void>((resolve, reject) => {
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) {
        req.pause();
        reject(tooLarge());
      }
    });
    req.once('end', resolve);
    req.once('close', resolve);
    req.once('error', () => resolve());
  });
}

function tooLarge(): Problem {
  return new Problem('CONTENT_TOO_LARGE', 'The body is larger than 100 KB; none is needed.', {}, { Connection: 'close' });
}
