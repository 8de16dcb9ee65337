import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Audience } from './audience.js';
import { StreamClient } from './stream-client.js';

const opened: { destroy: () => unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.destroy();
});

/** A stream to a socket that does not read until it is told to. */
async function opensTo(): Promise<{ client: StreamClient; socket: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
  opened.push(socket, { destroy: () => server.close() });
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [, res] = (await once(server, 'request')) as [unknown, ServerResponse];
  const audience = { taskId: null, filter: {}, search: null, scope: {}, withOutput: false };
  return { client: new StreamClient(res, new Audience(audience)), socket };
}

/** Reads so much and no more, which the system had not all taken from the server before. */
async function read(socket: Socket, bytes: number): Promise<void> {
  for (let left = bytes; left > 0;) {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) await once(socket, 'readable');
    else left -= chunk.length;
  }
}

const looks = (client: StreamClient, times: number): boolean[] =>
  Array.from({ length: times }, () => client.isStuck());

describe('isStuck', () => {
  it('is not said of a client that takes little of much at a time', async () => {
    const { client, socket } = await opensTo();
    client.send(Buffer.alloc(64 * 1_048_576));
    for (let time = 0; time < 3; time++) {
      expect(looks(client, 20)).not.toContain(true);
      await read(socket, 16 * 1_048_576);
    }
  });

  it('is said of one that takes nothing for thirty looks', async () => {
    const { client } = await opensTo();
    client.send(Buffer.alloc(64 * 1_048_576));
    // What the system takes at first it has taken when the writing has begun.
    await new Promise(setImmediate);
    expect(looks(client, 32).at(-1)).toBe(true);
  });
});
