import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onClientEnd } from './client-end.js';

/** The response to a request of a client, and how that goes away. */
async function aResponse(): Promise<{ res: ServerResponse; leave: () => void }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asked = once(server, 'request') as Promise<[unknown, ServerResponse]>;
  const { port } = server.address() as AddressInfo;
  const req = request({ host: '127.0.0.1', port, agent: false }).end();
  req.on('error', () => {});
  const [, res] = await asked;
  server.close();
  return { res, leave: () => void req.destroy() };
}

describe('onClientEnd', () => {
  it('calls when the client goes away, and at once when it has', async () => {
    const { res, leave } = await aResponse();
    const gone = new Promise<void>((resolve) => onClientEnd(res, resolve));
    leave();
    await gone;
    let calls = 0;
    onClientEnd(res, () => calls++);
    expect(calls).toBe(1);
  });

  it('calls when somebody else has answered', async () => {
    const { res } = await aResponse();
    const answered = new Promise<void>((resolve) => onClientEnd(res, resolve));
    res.end();
    await answered;
  });

  it('is called off without a trace', async () => {
    const { res, leave } = await aResponse();
    const listeners = (): number => res.listenerCount('close') + res.req.listenerCount('close');
    const before = listeners();
    const callOff = onClientEnd(res, () => expect('called').toBe('off'));
    expect(listeners()).toBeGreaterThan(before);
    callOff();
    expect(listeners()).toBe(before);
    const closed = once(res, 'close');
    leave();
    await closed;
  });
});
