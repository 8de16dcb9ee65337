import type { IncomingMessage, ServerResponse } from 'node:http';
import { json, send } from './reply.js';

function aResponse(state: Partial<ServerResponse> = {}): [ServerResponse, unknown[]] {
  const calls: unknown[] = [];
  const res = {
    headersSent: false,
    writableEnded: false,
    destroyed: false,
    writeHead: (...given: unknown[]) => calls.push(given),
    end: (...given: unknown[]) => calls.push(given),
    ...state,
  } as unknown as ServerResponse;
  return [res, calls];
}

const GET = { method: 'GET' } as IncomingMessage;
const HEAD = { method: 'HEAD' } as IncomingMessage;

describe('send', () => {
  it('writes head and body once each', () => {
    const [res, calls] = aResponse();
    send(GET, res, json('{"title":"Élan"}', { Link: '<?cursor=7>; rel="next"' }));
    expect(calls).toEqual([
      [
        200,
        {
          'Content-Type': 'application/json; charset=utf-8',
          'Content-Length': 17,
          'Cache-Control': 'no-store',
          'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
          'Cross-Origin-Resource-Policy': 'same-origin',
          'Referrer-Policy': 'no-referrer',
          'X-Content-Type-Options': 'nosniff',
          'X-Frame-Options': 'DENY',
          Link: '<?cursor=7>; rel="next"',
        },
      ],
      ['{"title":"Élan"}', 'utf8'],
    ]);
  });

  it('tells HEAD everything but the body', () => {
    const [get, told] = aResponse();
    const [head, toldHead] = aResponse();
    send(GET, get, json('{}'));
    send(HEAD, head, json('{}'));
    expect(toldHead[0]).toEqual(told[0]);
    expect(toldHead[1]).toEqual([]);
  });

  it.each(['headersSent', 'writableEnded', 'destroyed'] as const)(
    'does nothing when %s',
    (state) => {
      const [res, calls] = aResponse({ [state]: true });
      send(GET, res, json('{}'));
      expect(calls).toEqual([]);
    },
  );
});
