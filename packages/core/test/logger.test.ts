import { Console } from 'node:console';
import { setImmediate as turn } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { currentTask, TaskMonitor } from '../src/index.js';

describe('the lines of a logger', () => {
  let monitor: TaskMonitor;
  let outside: string[];
  beforeEach(() => {
    monitor = new TaskMonitor();
    outside = [];
  });
  afterEach(() => monitor.close());

  /** What any logger writes to: the running task's output, or elsewhere outside of tasks. */
  const write = (text: string): void => {
    const task = currentTask();
    if (task === undefined) outside.push(text.trimEnd());
    else void task.log(text.trimEnd());
  };

  const loggers = {
    pino: () => {
      const logger = pino({ base: null, timestamp: false }, { write });
      return (message: string) => logger.info(message);
    },
    console: () => {
      const stdout = new Writable({
        write: (chunk: Buffer, _, done) => {
          write(chunk.toString());
          done();
        },
      });
      const console = new Console({ stdout });
      return (message: string) => console.log(message);
    },
  };

  it.each(Object.entries(loggers))(
    'of %s go to the task whose code wrote them, however many run side by side',
    async (_, open) => {
      const info = open();
      info('outside');
      const runs = await Promise.all(
        Array.from({ length: 20 }, (__, n) =>
          monitor.run({}, async ({ step }) => {
            info(`task ${n} begins`);
            await turn();
            await step('embed', async () => {
              await Promise.resolve();
              info(`task ${n} embeds`);
            });
          }),
        ),
      );
      for (const [n, run] of runs.entries()) {
        await run.finished;
        const { lines } = await monitor.output(run.task.id);
        expect(lines).toHaveLength(2);
        expect(lines[0]?.text).toContain(`task ${n} begins`);
        expect(lines[1]?.text).toContain(`task ${n} embeds`);
      }
      expect(outside).toHaveLength(1);
    },
  );
});
