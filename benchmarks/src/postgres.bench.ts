import { TaskMonitor } from '@task-monitor/core';
import { PostgresStore } from '@task-monitor/store-postgres';
import { byCallersAtWork, lifeCycleByHand, lifeCycleOf } from './callers.js';
import { startPostgres } from './postgres-as-installed.js';
import { PostgresByHand } from './postgres-by-hand.js';
import { publish, type Aim, type Row } from './report.js';
import { readSettings } from './settings.js';
import { inTurns, perSecond, timesAsFast } from './rounds.js';

/** Life cycles in PostgreSQL of many callers at a time, against one statement for each change. Both have ten connections. */
const settings = readSettings(process.argv.slice(2));
const ROUNDS = settings.once ? 1 : 9;
const WARM_UPS = settings.once ? 0 : 2;
const SIZES = settings.once
  ? [{ callers: 50, cycles: 50, aim: 2 }]
  : [
      { callers: 50, cycles: 1_000, aim: 2 },
      { callers: 500, cycles: 2_000, aim: 5 },
    ];

const rows: Row[] = [];
const aims: Aim[] = [];
const server = await startPostgres();
try {
  const store = await PostgresStore.open({
    connectionString: server.connectionString(await server.createDatabase()),
  });
  const monitor = new TaskMonitor({ store });
  const byHand = await PostgresByHand.open(server.connectionString(await server.createDatabase()));
  for (const { callers, cycles, aim } of SIZES) {
    const { ours, hand } = await inTurns(ROUNDS, WARM_UPS, {
      ours: () => byCallersAtWork(callers, cycles, () => lifeCycleOf(monitor)),
      hand: () => byCallersAtWork(callers, cycles, () => lifeCycleByHand(byHand)),
    });
    const ratio = timesAsFast(ours, hand);
    rows.push({
      'life cycles a second': `${callers} callers`,
      'PostgreSQL store': perSecond(cycles, ours),
      'one statement a change': perSecond(cycles, hand),
      'store ÷ by hand, median of pairs': ratio,
    });
    aims.push({ what: `${callers} callers: store ÷ by hand`, measured: ratio, atLeast: aim });
  }
  await monitor.close();
  await byHand.close();
} finally {
  await server.dispose();
}
publish({ name: 'postgres', rows, aims }, settings);
