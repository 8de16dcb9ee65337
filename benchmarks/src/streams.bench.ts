import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Aim, publish, type Row } from './report.js';
import { readSettings } from './settings.js';
import { StreamServer } from './stream-server.js';

/**
 * What does an open stream cost, when does a change arrive, and does every one, with many of them? The server is a process of
 * its own; all clients are in this one, so the later half of a delay is that of reading so many sockets.
 */
const settings = readSettings(process.argv.slice(2));
/** One registered task, as its event tells it. */
const EVENT = /"number":(\d+),"sent":(\d+)/g;
const LOADS: readonly Load[] = settings.once
  ? [{ clients: 20, idleMs: 10, perSecond: 100, events: 5 }]
  : [
      { clients: 1_000, idleMs: 0, perSecond: 100, events: 1_000 },
      // Longer than streams are silent: that nobody is cut off for it is seen, too.
      { clients: 10_000, idleMs: 20_000, perSecond: 10, events: 50 },
    ];
/** Clients that come and go before the heap is measured again. */
const VISITS = settings.once ? 20 : 10_000;
/** Without any event that arrives, for those that have not. */
const PATIENCE_MS = 30_000;

interface Load {
  readonly clients: number;
  /** How long they are open before anything is told. */
  readonly idleMs: number;
  readonly perSecond: number;
  readonly events: number;
}

const rows: Row[] = [];
for (const load of LOADS) rows.push(await measure(load));
const visits = await comeAndGo();
publish(
  {
    name: 'streams',
    rows,
    aims: [
      ...rows.flatMap((row, index) => [
        aim(row, 'lost', { atMost: 0 }),
        aim(row, 'missed', { atMost: 0 }),
        aim(row, 'KB rss', { atMost: 30 }),
        aim(row, 'p99 ms', { atMost: index === 0 ? 250 : 1_000 }),
      ]),
      { what: `MB of heap after ${VISITS} visits`, measured: visits, atMost: 5 },
    ],
  },
  settings,
);

function aim(row: Row, column: string, bounds: Pick<Aim, 'atMost'>): Aim {
  const what = `${row.clients?.toLocaleString('en')} clients: ${column}`;
  return { what, measured: Number(row[column]), ...bounds };
}

async function measure({ clients, idleMs, perSecond, events }: Load): Promise<Row> {
  const server = await StreamServer.start();
  const warmed = await server.open();
  const before = await server.measure();
  const sockets: Socket[] = [];
  while (sockets.length < clients) {
    const some = Array.from({ length: Math.min(100, clients - sockets.length) }, () =>
      server.open(),
    );
    sockets.push(...(await Promise.all(some)));
  }
  const open = await server.measure();
  let lost = 0;
  for (const socket of sockets) socket.on('close', () => lost++);
  await pause(idleMs);
  const told = listen(sockets, events);
  const quiet = await server.measure();
  server.order({ do: 'register', count: events, perSecond });
  const { delays, missed } = await told;
  const after = await server.measure();
  const closed = lost;
  for (const socket of [warmed, ...sockets]) socket.destroy();
  server.stop();
  const at = (share: number): number =>
    delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? NaN;
  return {
    clients,
    'events a second': perSecond,
    lost: closed,
    missed,
    'KB rss': (open.rss - before.rss) / 1_024 / clients,
    'KB heap': (open.heap - before.heap) / 1_024 / clients,
    'KB rss while told': (after.rss - before.rss) / 1_024 / clients,
    'µs of processor an event and client':
      ((after.cpuMs - quiet.cpuMs) * 1_000) / (clients * events),
    'p50 ms': at(0.5),
    'p99 ms': at(0.99),
    'max ms': at(1),
  };
}

/** How long each of `events` took to each of `sockets`, the shortest first, and how many of them never came. */
async function listen(
  sockets: readonly Socket[],
  events: number,
): Promise<{ readonly delays: Float64Array; readonly missed: number }> {
  const delays = new Float64Array(sockets.length * events);
  let arrived = 0;
  let unfinished = sockets.length;
  let lastArrivalAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    timer = setInterval(() => {
      if (performance.now() - lastArrivalAt > PATIENCE_MS) resolve();
    }, 1_000);
    for (const socket of sockets) {
      let rest = '';
      let last = 0;
      socket.on('data', (chunk: Buffer) => {
        const now = Number(process.hrtime.bigint() / 1_000n);
        const text = rest + chunk.toString('latin1');
        const end = text.lastIndexOf('\n\n') + 1;
        rest = text.slice(end);
        for (const [, number, sent] of text.slice(0, end).matchAll(EVENT)) {
          if (Number(number) <= last) continue;
          last = Number(number);
          lastArrivalAt = performance.now();
          delays[arrived++] = (now - Number(sent)) / 1_000;
          if (last === events && --unfinished === 0) resolve();
        }
      });
    }
  });
  clearInterval(timer);
  return { delays: delays.subarray(0, arrived).sort(), missed: delays.length - arrived };
}

/** How much the heap has grown, in MB, after so many clients have come and gone. */
async function comeAndGo(): Promise<number> {
  const server = await StreamServer.start();
  const visit = async (count: number): Promise<void> => {
    for (let visits = 0; visits < count; visits += 20) {
      const sockets = await Promise.all(Array.from({ length: 20 }, () => server.open()));
      for (const socket of sockets) socket.destroy();
    }
  };
  await visit(Math.min(VISITS, 1_000));
  const before = await server.measure();
  await visit(VISITS);
  const after = await server.measure();
  server.stop();
  return (after.heap - before.heap) / 1_048_576;
}
