import { runProgram } from './program.js';

/** Runs `source`, and expects that it ends by itself with nothing to complain of. Answers with what it printed. */
async function outputOf(source: string): Promise<string> {
  const ended = await runProgram(source);
  expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  return ended.stdout.trim();
}

/** Prints how long the process lived on after the last line of the program. */
const PRINT_AFTERLIFE = `
  const endedAt = performance.now();
  process.on('exit', () => console.log(Math.round(performance.now() - endedAt)));
`;

/** This program, loaded once more, is the other copy. */
const TWO_COPIES = `
  import * as here from '../src/index.ts';
  const key = Symbol.for('task-monitor.test.copies');
  const copies = (globalThis[key] ??= []);
  copies.push(here);
  if (copies.length === 1) {
    await import(import.meta.url + '?again');
    const [one, two] = copies;
    const store = new one.MemoryStore();
    const a = new one.TaskMonitor({ store, closeStore: false });
    const b = new two.TaskMonitor({ store, closeStore: false });
    const run = await a.run({ id: 'outer1' }, () => [one.currentTask()?.task.id ?? null, two.currentTask()?.task.id ?? null]);
    const [outer, inner] = await run.finished;
    const error = await b.get('nobody-1').catch((reason) => reason);
    await a.register({ id: 'b1' });
    await a.start('b1');
    await b.cancel('b1');
    console.log(JSON.stringify({
      sameClass: one.TaskMonitor === two.TaskMonitor,
      known: [one.isTaskMonitorError(error), two.isTaskMonitorError(error)],
      inner,
      outer,
      shared: [(await b.get('outer1')).status, (await a.get('b1')).status],
    }));
    await a.close();
    await b.close();
  }
`;

describe('a process that never closes its monitor', () => {
  it('ends at once after registering a task', async () => {
    const afterlife = await outputOf(`
      import { TaskMonitor } from '../src/index.ts';
      const monitor = new TaskMonitor();
      await monitor.register({ type: 'ingest' });
      ${PRINT_AFTERLIFE}
    `);
    expect(Number(afterlife)).toBeLessThan(4_500);
  });

  it('ends at once whatever is still going on', async () => {
    const afterlife = await outputOf(`
      import { TaskMonitor } from '../src/index.ts';
      const monitor = new TaskMonitor({ concurrency: 1 });
      const { id } = await monitor.register();
      await monitor.start(id);
      monitor.signal(id);
      void monitor.waitFor(id, { signal: new AbortController().signal });
      for (const options of [{}, { taskId: id }]) {
        void (async () => {
          for await (const event of monitor.watch(options)) void event;
        })();
      }
      await monitor.run({ timeoutMs: 3_600_000 }, () => new Promise(() => {}));
      const stopping = await monitor.run({}, () => new Promise(() => {}));
      await new Promise((resolve) => setTimeout(resolve, 20));
      await monitor.cancel(stopping.task.id);
      ${PRINT_AFTERLIFE}
    `);
    expect(Number(afterlife)).toBeLessThan(4_500);
  });
});

describe('a process that closes its monitor', () => {
  it('holds nothing any more after 1,000 cycles of opening and closing', async () => {
    const printed = await outputOf(`
      import { TaskMonitor } from '../src/index.ts';
      const resources = () => process.getActiveResourcesInfo().sort().join();
      const cycle = async () => {
        const monitor = new TaskMonitor();
        const watching = (async () => {
          for await (const event of monitor.watch()) void event;
        })();
        const { id } = await monitor.register();
        await monitor.start(id);
        monitor.signal(id);
        const run = await monitor.run({ timeoutMs: 60_000 }, ({ progress }) => progress(50));
        await run.finished;
        await monitor.close();
        await watching;
      };
      await cycle();
      const before = resources();
      for (let count = 0; count < 1_000; count++) await cycle();
      console.log(JSON.stringify([before, resources()]));
    `);
    const [before, after] = JSON.parse(printed) as [string, string];
    expect(after).toBe(before);
  });

  it('lives until its functions have stopped, and no longer', async () => {
    const printed = await outputOf(`
      import { TaskMonitor } from '../src/index.ts';
      const monitor = new TaskMonitor();
      const run = await monitor.run({}, ({ signal }) => new Promise((_, reject) => {
        signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), 100).unref());
      }));
      await new Promise((resolve) => setImmediate(resolve));
      void monitor.close().then(async () => console.log((await run.recorded).status));
      const closingAt = performance.now();
      process.on('exit', () => console.log(performance.now() - closingAt < 4_000));
    `);
    expect(printed.split('\n')).toEqual(['cancelled', 'true']);
  });
});

describe('a process whose store fails whenever it is asked', () => {
  it('is told of every trouble, and has no rejection that nobody handles', async () => {
    const printed = await outputOf(`
      import { MemoryStore, TaskMonitor } from '../src/index.ts';
      import { FaultStore } from '../src/testing/index.ts';
      let unhandled = 0;
      process.on('unhandledRejection', () => unhandled++);
      process.on('uncaughtException', () => unhandled++);
      const methods = ['transition', 'progress', 'appendOutput', 'get', 'changesAfter', 'renewLease',
        'releaseLease', 'expireLeases', 'requestCancel', 'prune', 'close', 'create'];
      let troubles = 0;
      for (const fault of ['failBefore', 'failAfter', 'throwSync']) {
        const store = new FaultStore(new MemoryStore());
        const onError = () => {
          troubles++;
          throw new Error('the logger is broken, too');
        };
        const monitor = new TaskMonitor({ store, concurrency: 1, cancelGraceMs: 10, onError });
        const controller = new AbortController();
        const { id } = await monitor.register();
        await monitor.start(id);
        monitor.signal(id);
        const entered = [];
        for (const work of [
          async ({ progress, log }) => {
            for (const method of methods) store.set(method, fault);
            void progress(1);
            void log('line');
            throw new Error('boom');
          },
          () => 1,
          ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
          () => new Promise(() => {}),
        ]) {
          entered.push(monitor.run({ timeoutMs: 20, signal: controller.signal }, work).catch(() => {}));
          await new Promise((resolve) => setImmediate(resolve));
        }
        const watching = (async () => {
          for await (const event of monitor.watch({ taskId: id })) void event;
        })();
        watching.catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 50));
        controller.abort();
        await new Promise((resolve) => setTimeout(resolve, 50));
        await monitor.close({ graceMs: 50 }).catch(() => {});
        await Promise.all(entered);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      console.log(JSON.stringify({ unhandled, troubled: troubles > 5 }));
    `);
    expect(JSON.parse(printed)).toEqual({ unhandled: 0, troubled: true });
  });
});

describe('a process with many listeners', () => {
  it('is not warned of a leak that is none', async () => {
    const printed = await outputOf(`
      import { TaskMonitor } from '../src/index.ts';
      const warnings = [];
      process.on('warning', (warning) => warnings.push(warning.name));
      const monitor = new TaskMonitor();
      const { signal } = new AbortController();
      const { id } = await monitor.register();
      for (let count = 0; count < 50; count++) {
        void monitor.waitFor(id, { signal });
        void monitor.waitFor(id);
        void (async () => {
          for await (const event of monitor.watch(count % 2 === 0 ? { signal } : {})) void event;
        })();
        await monitor.run({ signal }, () => new Promise((resolve) => setTimeout(resolve, 20)));
      }
      await monitor.cancel(id);
      await monitor.close();
      await new Promise((resolve) => setImmediate(resolve));
      console.log(JSON.stringify(warnings));
    `);
    expect(JSON.parse(printed)).toEqual([]);
  });
});

describe('a process with two copies of the library', () => {
  it('keeps them apart, and knows the errors of either', async () => {
    const printed = await outputOf(TWO_COPIES);
    expect(JSON.parse(printed)).toEqual({
      sameClass: false,
      known: [true, true],
      inner: null,
      outer: 'outer1',
      shared: ['completed', 'cancelled'],
    });
  });
});

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('a process with an odd name', () => {
  onLinux('still knows when it was started', async () => {
    const printed = await outputOf(`
      import { readFileSync } from 'node:fs';
      import { processIdentity } from '../src/process-identity.ts';
      const before = processIdentity().pidStart;
      process.title = 'a) R 1 (b';
      const name = readFileSync('/proc/self/stat', 'utf8').replace(/^\\d+ /, '').slice(0, 11);
      console.log(JSON.stringify([name, processIdentity().pidStart === before && /^\\d+$/.test(before)]));
    `);
    expect(JSON.parse(printed)).toEqual(['(a) R 1 (b)', true]);
  });
});
