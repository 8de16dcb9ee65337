import { TaskMonitor } from '@task-monitor/core';
import { parsedExampleTask } from './example-task.js';
import { publish } from './report.js';
import { collectGarbage, median } from './sample.js';
import { readSettings } from './settings.js';
import { type Turns, watchTurns } from './turns.js';

/** Half a million finished tasks, removed by `cleanup`: how long that takes, and for how long nothing else gets its turn. */
const settings = readSettings(process.argv.slice(2));
const TASKS = settings.once ? 2_000 : 500_000;
const ROUNDS = settings.once ? 1 : 5;

const rounds: Turns[] = [];
for (let round = 0; round < ROUNDS; round++) rounds.push(await cleanUp());
const wholeMs = rounds.map((round) => round.wholeMs);
const longestMs = rounds.map((round) => round.longestTurnMs);
publish(
  {
    name: 'cleanup',
    rows: [
      {
        'tasks removed': TASKS,
        'ms in all: median of rounds': median(wholeMs),
        'longest round': Math.max(...wholeMs),
        'longest turn, ms: median of rounds': median(longestMs),
        'of all rounds': Math.max(...longestMs),
      },
    ],
    aims: [
      { what: 'ms in all, median of rounds', measured: median(wholeMs), atMost: 2_000 },
      { what: 'longest turn, ms, median of rounds', measured: median(longestMs), atMost: 50 },
    ],
  },
  settings,
);

async function cleanUp(): Promise<Turns> {
  const monitor = new TaskMonitor({ retention: false });
  for (let n = 0; n < TASKS; n++) {
    const { id } = await monitor.register(parsedExampleTask(n));
    await monitor.start(id);
    await monitor.complete(id);
  }
  collectGarbage();
  const turns = await watchTurns(async () => {
    const { cleanedTasks } = await monitor.cleanup({ days: 0 });
    if (cleanedTasks !== TASKS) throw new Error(`Of ${TASKS} tasks ${cleanedTasks} were removed.`);
  });
  await monitor.close();
  return turns;
}
