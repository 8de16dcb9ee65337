import pg from 'pg';
import { TaskMonitor } from '@task-monitor/core';
import { PostgresServer } from '../postgres-server.js';
import { openThrowawayStore } from '../throwaway-store.js';
let server: PostgresServer;
import { readdirSync, readFileSync } from 'node:fs';
function pgCpu(): number {
  let sum = 0;
  for (const d of readdirSync('/proc')) {
    if (!/^\d+$/.test(d)) continue;
    try {
      const f = readFileSync(`/proc/${d}/stat`, 'utf8');
      const r = f.slice(f.lastIndexOf(')') + 2).split(' ');
      if (Number(r[1]) === server.pid || Number(d) === server.pid)
        sum += (Number(r[11]) + Number(r[12])) * 10;
    } catch {}
  }
  return sum;
}
function report(label: string, n: number, c0: NodeJS.CpuUsage, p0: number) {
  const c = process.cpuUsage(c0);
  console.log(
    label,
    (n / 4).toFixed(0),
    '/s; per life cycle: node',
    ((c.user + c.system) / 1000 / n).toFixed(2),
    'ms, pg',
    ((pgCpu() - p0) / n).toFixed(2),
    'ms',
  );
}

beforeAll(async () => {
  server = await PostgresServer.start({ fsync: process.env.FSYNC ?? 'on' });
});
afterAll(() => server.dispose());
it('x', async () => {
  console.log((await server.query('show fsync')).rows);
  for (const callers of (process.env.CALLERS ?? '1,50,500').split(',').map(Number)) {
    const o = await openThrowawayStore(server);
    const monitor = new TaskMonitor({ store: o.store, retention: false });
    let n = 0;
    let c0 = process.cpuUsage();
    let p0 = pgCpu();
    const until = performance.now() + 4000;
    await Promise.all(
      Array.from({ length: callers }, async () => {
        while (performance.now() < until) {
          const t = await monitor.register({ type: 'ingest', metadata: { videos: ['a', 'b'], n } });
          await monitor.start(t.id);
          await monitor.progress(t.id, { current: 1, total: 4, message: 'embedding' });
          await monitor.complete(t.id, { result: { ok: true } });
          n++;
        }
      }),
    );
    console.log((globalThis as any).S);
    (globalThis as any).S = undefined;
    report(`${callers} store`, n, c0, p0);
    await monitor.close();
    await o.dispose();
    const pool = new pg.Pool({ connectionString: server.connectionString(), max: 10 });
    await pool.query(
      'DROP TABLE IF EXISTS hand; CREATE TABLE hand (id text primary key, status text, task jsonb)',
    );
    await pool.query('CREATE INDEX ON hand (status)');
    n = 0;
    c0 = process.cpuUsage();
    p0 = pgCpu();
    const until2 = performance.now() + 4000;
    await Promise.all(
      Array.from({ length: callers }, async (_, c) => {
        let k = 0;
        while (performance.now() < until2) {
          const id = `${c}-${k++}-aaaaaaaa-bbbbbbb`;
          await pool.query('INSERT INTO hand VALUES ($1, $2, $3)', [
            id,
            'pending',
            { type: 'ingest', metadata: { videos: ['a', 'b'], n } },
          ]);
          await pool.query(
            "UPDATE hand SET status = 'running', task = task || $2 WHERE id = $1 AND status = 'pending'",
            [id, { startedAt: 1 }],
          );
          await pool.query(
            "UPDATE hand SET task = task || $2 WHERE id = $1 AND status = 'running'",
            [id, { progress: { current: 1, total: 4, message: 'embedding' } }],
          );
          await pool.query(
            "UPDATE hand SET status = 'completed', task = task || $2 WHERE id = $1 AND status = 'running'",
            [id, { result: { ok: true } }],
          );
          n++;
        }
      }),
    );
    report(`${callers} hand`, n, c0, p0);
    await pool.end();
  }
}, 100000);
