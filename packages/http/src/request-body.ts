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
 * What the body of a request says: an object, or `{}` where there is no body. A parser of the application may have read it
 * already, and left what it found in `body`.
 *
 * @throws {@link Problem} UNSUPPORTED_MEDIA_TYPE, INVALID_INPUT, BODY_TOO_LARGE, BODY_TIMEOUT
 */
export async function readBody(
  req: IncomingMessage & { readonly body?: unknown },
): Promise<Readonly<Record<string, unknown>>> {
  const { 'content-type': type, 'content-encoding': encoding = 'identity' } = req.headers;
  if (!hasBody(req)) return {};
  if (encoding.toLowerCase() !== 'identity' || !JSON_TYPE.test(type ?? ''))
    throw new Problem('UNSUPPORTED_MEDIA_TYPE');
  const chunks: Buffer[] = [];
  if (!req.readableEnded) await eachChunk(req, (chunk) => chunks.push(Buffer.from(chunk)));
  const given = chunks.length > 0 || req.body === undefined ? Buffer.concat(chunks) : req.body;
  const value = Buffer.isBuffer(given) || typeof given === 'string' ? parse(String(given)) : given;
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw invalidBody('Expected the body to be a JSON object.');
}

/**
 * Reads the body to its end and throws it away, where an endpoint has no use for one. Rejects with BODY_TOO_LARGE as soon as it
 * is over the limit; the rest of it is then still thrown away, so that the client can read the answer.
 */
export function drainBody(req: IncomingMessage): Promise<void> {
  return eachChunk(req, () => {});
}

function eachChunk(req: IncomingMessage, take: (chunk: Buffer | string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const count = (chunk: Buffer | string): void => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) return take(chunk);
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

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function parse(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    throw invalidBody('Expected the body to be JSON.');
  }
}

function invalidBody(detail: string): Problem {
  return Problem.invalid([{ parameter: 'body', detail }]);
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;
