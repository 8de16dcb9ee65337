import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from './problem.js';

/** What is sent: a body, a stream, or nothing at all. */
export interface Reply {
  readonly status: number;
  readonly contentType?: string;
  /** Default: none, not even an empty one. */
  readonly body?: string | Buffer;
  /** How long `body` is, where that is known already. Default: it is counted. */
  readonly bytes?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the rest, in place of a body, and ends the answer. */
  readonly stream?: (res: ServerResponse) => void;
}

/** On every answer. The data is of the moment and for this origin alone; no other site may read or frame it. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

export function json(body: string, headers?: Readonly<Record<string, string>>): Reply {
  const contentType = 'application/json; charset=utf-8';
  return { status: 200, contentType, body, ...(headers && { headers }) };
}

export function problemReply(problem: Problem): Reply {
  return {
    status: problem.status,
    contentType: 'application/problem+json',
    body: JSON.stringify(problem),
    headers: problem.headers,
  };
}

/** Sends the answer in one piece. Does nothing where the client has gone, or somebody else has answered already. */
export function send(req: IncomingMessage, res: ServerResponse, reply: Reply): void {
  if (res.headersSent || res.writableEnded || res.destroyed) return;
  const { status, contentType, body, headers, stream } = reply;
  if (stream !== undefined) {
    // A connection that was kept after its stream would hold up the end of the server, for the stream began before that.
    res.shouldKeepAlive = false;
    res.writeHead(status, { 'Content-Type': contentType, ...HEADERS, ...headers });
    if (req.method === 'HEAD') res.end();
    else stream(res);
    return;
  }
  if (body === undefined || contentType === undefined) {
    res.writeHead(status, { ...HEADERS, ...headers });
    res.end();
    return;
  }
  const bytes = reply.bytes ?? Buffer.byteLength(body);
  res.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': bytes,
    ...HEADERS,
    ...headers,
  });
  // To HEAD everything is told but the body itself.
  if (req.method === 'HEAD') res.end();
  else if (typeof body === 'string') sendText(res, body, bytes);
  else res.end(body);
}

function sendText(res: ServerResponse, text: string, bytes: number): void {
  // As many bytes as characters: it is ASCII, which is written faster as what it is.
  const encoding = bytes === text.length ? 'latin1' : 'utf8';
  // Node makes one text of the head and a text, and so copies a long one once more.
  if (bytes > LONG_TEXT) res.end(Buffer.from(text, encoding));
  else res.end(text, encoding);
}

/** A text of some hundred bytes is sent faster with its head, one of some hundred thousand by itself. Where between was not measured. */
const LONG_TEXT = 16_384;
