import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answered, Load } from './load-worker.js';
import { ReadServer } from './read-server.js';
import { publish, type Aim, type Row } from './report.js';
import { median } from './sample.js';
import { readSettings } from './settings.js';

/**
 * What reads cost over HTTP with few and with many tasks, mounted in Express: against an Express route that does `res.json` of
 * the same body, and against `node:http` that writes the same bytes. Rounds of the three take turns. Each server is a process
 * of its own, and so is Autocannon, which asks them.
 */
const settings = readSettings(process.argv.slice(2));
const SIZES = settings.once ? [200] : [1_000, 1_000_000];
const ROUNDS = settings.once ? 1 : 7;
/** How long the Express route takes for the requests of one round. */
const ROUND_MS = settings.once ? 10 : 500;
const ONE_TASK = '/tasks/:task_id';
const PATHS = [
  '/tasks/stats',
  '/tasks/count',
  '/tasks/count/running',
  ONE_TASK,
  `${ONE_TASK}/output`,
  '/tasks/running',
  '/tasks/pending',
  '/tasks/all',
  '/tasks/completed',
  '/tasks/failed',
  '/tasks/cancelled',
  '/tasks/health',
];

interface Round extends Answered {
  readonly cpuMs: number;
}
type Servers = Readonly<Record<'ours' | 'json' | 'bytes', ReadServer>>;

const client = fork(fileURLToPath(new URL('load-worker.js', import.meta.url)));
const rows: Row[] = [];
const aims: Aim[] = [];
for (const size of SIZES) {
  const ours = await ReadServer.start({ serve: 'tasks', count: size });
  const bodies: Record<string, string> = {};
  for (const path of PATHS) {
    const [first = ''] = pathsOf(path, ours.ids);
    bodies[path] = await (await fetch(`${ours.origin(path)}${first}`)).text();
  }
  const json = await ReadServer.start({ serve: 'json', bodies });
  const bytes = await ReadServer.start({ serve: 'bytes', bodies });
  for (const path of PATHS)
    await compare(path, size, Buffer.byteLength(bodies[path] ?? ''), { ours, json, bytes });
  for (const server of [ours, json, bytes]) server.stop();
}
client.disconnect();
publish({ name: 'http-reads', rows, aims }, settings);

async function compare(path: string, size: number, length: number, servers: Servers) {
  const { ours, json, bytes } = servers;
  const paths = pathsOf(path, ours.ids);
  const load = (server: ReadServer, amount: number): Promise<Round> =>
    ask(server, { url: server.origin(path), paths, amount });
  for (const server of [ours, json, bytes]) await load(server, settings.once ? 5 : 300);
  const { perSecond } = await load(json, settings.once ? 5 : 300);
  const amount = Math.max(10, Math.min(10_000, Math.round((perSecond * ROUND_MS) / 1_000)));
  const rounds: Record<keyof Servers, Round>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      ours: await load(ours, amount),
      json: await load(json, amount),
      bytes: await load(bytes, amount),
    });
  }
  const throughput = median(rounds.map((round) => round.ours.perSecond / round.json.perSecond));
  const p99 = median(rounds.map((round) => round.ours.p99Ms / round.json.p99Ms));
  const what = `GET ${path}, ${size.toLocaleString('en')} tasks`;
  rows.push({
    GET: path,
    tasks: size,
    'bytes of body': length,
    'answers a second': median(rounds.map((round) => round.ours.perSecond)),
    '÷ Express': throughput,
    '÷ node:http': median(rounds.map((round) => round.ours.perSecond / round.bytes.perSecond)),
    'p99 ms': median(rounds.map((round) => round.ours.p99Ms)),
    'p99 ÷ Express': p99,
    'p99 ÷ node:http': median(rounds.map((round) => round.ours.p99Ms / round.bytes.p99Ms)),
    'Express ÷ ours, CPU time': median(rounds.map((round) => round.json.cpuMs / round.ours.cpuMs)),
  });
  aims.push(
    { what: `${what}: answers a second ÷ Express`, measured: throughput, atLeast: 1.15 },
    { what: `${what}: p99 ÷ Express`, measured: p99, atMost: 1.1 },
  );
}

async function ask(server: ReadServer, load: Load): Promise<Round> {
  const before = await server.cpuMs();
  client.send(load);
  const [answered] = (await once(client, 'message')) as [Answered];
  return { ...answered, cpuMs: (await server.cpuMs()) - before };
}

function pathsOf(path: string, ids: readonly string[]): readonly string[] {
  return path.startsWith(ONE_TASK) ? ids.map((id) => path.replace(':task_id', id)) : [path];
}
