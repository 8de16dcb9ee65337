import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as immediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { createTaskHandler } from '@task-monitor/http';
import { SqliteStore } from '@task-monitor/store-sqlite';
import { EventStream, type StreamedEvent } from '../../packages/express/test/event-stream.js';
import { PostgresServer } from '../../packages/store-postgres/test/postgres-server.js';
import { openThrowawayStore } from '../../packages/store-postgres/test/throwaway-store.js';
import { registrationOf, secretOf } from '../src/canary.js';
import { Chance } from '../src/chance.js';
import { CutOffClient, StreamJournal } from './stream-clients.js';

const CUTS = Number(process.env.STREAM_CUTS ?? 200);
const CLIENTS = 4;
const LAST = 'last-1';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Two monitors, as two processes have them, that share one store. */
type Open = () => Promise<readonly [TaskMonitor, TaskMonitor]>;

const STORES: readonly (readonly [string, Open])[] = [
  [
    'memory',
    () => {
      const monitor = new TaskMonitor();
      cleanups.push(() => monitor.close());
      return Promise.resolve([monitor, monitor]);
    },
  ],
  [
    'SQLite',
    async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'task-monitor-streams-'));
      cleanups.push(() => rmSync(folder, { recursive: true }));
      const file = path.join(folder, 'tasks.db');
      return [await onSqlite(file), await onSqlite(file)];
    },
  ],
  [
    'PostgreSQL',
    async () => {
      const server = await PostgresServer.start();
      cleanups.push(() => server.dispose());
      const { store, another, close } = await openThrowawayStore(server);
      cleanups.push(close);
      const monitors = [
        new TaskMonitor({ store }),
        new TaskMonitor({ store: await another() }),
      ] as const;
      for (const monitor of monitors) cleanups.push(() => monitor.close());
      return monitors;
    },
  ],
];

async function onSqlite(file: string): Promise<TaskMonitor> {
  const store = await SqliteStore.open({ path: file, synchronous: 'normal' });
  const monitor = new TaskMonitor({ store });
  cleanups.push(() => monitor.close());
  return monitor;
}

describe.each(STORES)('streams of two processes on %s', (_, open) => {
  it(
    'tell clients that are cut off again and again every change once, in order, and no secret',
    async () => {
      const monitors = await open();
      const ports = await Promise.all(monitors.map(serve));
      const chance = new Chance(1);
      const journal = new StreamJournal();
      const clients = Array.from({ length: CLIENTS }, () => new CutOffClient());
      for (const client of clients) await client.visit(ports[0] as number, 1, () => false);

      // One process has always somebody to tell, and keeps what it told; the other begins anew again and again.
      const stays = await EventStream.open(ports[0] as number, '/events');
      cleanups.push(() => stays.close());
      const work = new Work();
      const writers = monitors.flatMap((monitor, at) =>
        [1, 2].map((number) => write(monitor, `w${at}${number}`, journal, work)),
      );
      await Promise.all(
        clients.map(async (client) => {
          while (client.cuts < CUTS / CLIENTS) {
            // Nobody is to fall behind so far that not all is kept.
            if (work.isDone && clients.every((other) => other.missing(journal).length < 100))
              work.add(7);
            const count = Math.min(chance.below(20), client.missing(journal).length);
            if (count === 0) {
              await immediate();
              continue;
            }
            await client.visit(chance.of(ports), count, isReset);
            if (client.resets > 0) break;
          }
        }),
      );
      work.end();
      await Promise.all(writers);
      await monitors[0].register({ id: LAST });
      for (const client of clients) await client.visit(chance.of(ports), null, isEnough);

      for (const client of clients) {
        expect(client.violations).toEqual([]);
        expect(client.missing(journal)).toEqual([]);
        expect(client.resets).toBe(0);
        for (const [id, version] of client.versions) {
          const { status, version: current } = await monitors[1].get(id);
          expect([id, version, client.statuses.get(id)]).toEqual([id, current, status]);
        }
      }
      expect(journal.changes.size).toBeGreaterThan(CUTS);
    },
    300_000 + CUTS * 1_000,
  );

  it('answer an id of nowhere with reset and a snapshot', async () => {
    const [monitor] = await open();
    const port = await serve(monitor);
    const client = new CutOffClient();
    await client.visit(port, 1, () => false);
    for (const id of IDS_OF_NOWHERE) {
      const response = await fetch(`http://127.0.0.1:${port}/events?last_event_id=${id}`);
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        if (text.includes('event: snapshot')) break;
      }
      expect([id, response.status]).toEqual([id, 200]);
      expect(text).toMatch(/^retry: \d+\n\nevent: reset\ndata: \{\}\n\nevent: snapshot\nid: /);
    }
    // A server of a database is started for it.
  }, 400_000);
});

const IDS_OF_NOWHERE = [
  'nowhere',
  '.',
  '-1',
  '1e999.9',
  'a.99999999999999999999',
  "';DROP TABLE tasks;--.1",
  '%00',
  '%0Aid:%207%0A%0A',
  '%F0%9F%A6%86.5',
  'end',
  'x'.repeat(12_000),
];

const isReset = ({ name }: StreamedEvent): boolean => name === 'reset';

const isEnough = (event: StreamedEvent): boolean =>
  isReset(event) || (event.data as { task?: { task_id: string } }).task?.task_id === LAST;

async function serve(monitor: TaskMonitor): Promise<number> {
  const handle = createTaskHandler(monitor);
  const server: Server = createServer((req, res) => void handle(req, res, req.url ?? '/'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** As many tasks as the clients need to have something to be told. */
class Work {
  #left = 0;
  #hasEnded = false;
  readonly #waiting: (() => void)[] = [];

  get isDone(): boolean {
    return this.#left === 0;
  }

  add(tasks: number): void {
    this.#left += tasks;
    for (const go of this.#waiting.splice(0)) go();
  }

  end(): void {
    this.#hasEnded = true;
    this.add(0);
  }

  /** Resolves with whether there is another one to do. */
  async next(): Promise<boolean> {
    while (this.#left === 0 && !this.#hasEnded)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#left-- > 0;
  }
}

/** Takes tasks through their lives, one after the other, and writes down what was done. */
async function write(
  monitor: TaskMonitor,
  name: string,
  journal: StreamJournal,
  work: Work,
): Promise<void> {
  for (let number = 1; await work.next(); number++) {
    const id = `${name}-${number}`;
    const note = ({ version, status }: { version: number; status: string }): void => {
      journal.changes.add(`${id} v${version} ${status}`);
    };
    const secret = secretOf(number);
    note(await monitor.register({ ...registrationOf(secret), id }));
    note(await monitor.start(id));
    for (let current = 1; current <= 5; current++)
      await monitor.progress(id, { message: secret, current, total: 5 });
    if (number % 2 === 0) {
      for (const line of ['one', 'two', 'three']) await monitor.log(id, `${line} ${secret}`);
      journal.lines.set(id, 3);
    }
    if (number % 5 === 0) note(await monitor.cancel(id, { reason: secret }));
    else if (number % 3 === 0) note(await monitor.fail(id, `no captions: ${secret}`));
    else note(await monitor.complete(id, { result: { secret, url: secret } }));
    if (number % 4 === 0) {
      await monitor.remove(id);
      journal.removed.add(id);
    }
    await immediate();
  }
}
