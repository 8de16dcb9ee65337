import { runProgram } from './program.js';

/**
 * Fills a store with `count` tasks that `fill` makes, each from JSON of its own as out of a request, and prints the bytes
 * that the store counts, and by how much the heap grew, both per task.
 */
async function measure(count: number, fill: string): Promise<{ counted: number; heap: number }> {
  const ended = await runProgram(
    `
    import { MemoryStore, TaskMonitor } from '../src/index.ts';
    const store = new MemoryStore({ maxBytes: 2 ** 40, changes: 100 });
    const monitor = new TaskMonitor({ store, retention: false });
    const parsed = (value) => JSON.parse(JSON.stringify(value));
    const own = (n) => n.toString(36).padStart(11, 'v');
    const text = (length, n) => Buffer.alloc(length, 'line ' + n + ' of the story ').toString('latin1');
    const example = (n) => parsed({
      command: ['python', '-m', 'src.worker.ingest_worker', '--videos', own(n)],
      metadata: { videos: [own(n)], request_type: 'ingest' },
    });
    const keys = (count, keyOf) => Object.fromEntries(Array.from({ length: count }, (_, k) => [keyOf(k), own(k)]));
    const begin = async (options) => {
      const { id } = await monitor.register(options);
      await monitor.start(id);
      return id;
    };
    const fill = async (n) => { ${fill} };
    const COUNT = ${count};
    await fill(COUNT);
    const look = () => {
      gc();
      gc();
      return { counted: store.bytes, heap: process.memoryUsage().heapUsed };
    };
    const before = look();
    for (let n = 0; n < COUNT; n++) await fill(n);
    await new Promise((resolve) => setImmediate(resolve));
    const after = look();
    console.log(JSON.stringify({
      counted: (after.counted - before.counted) / COUNT,
      heap: (after.heap - before.heap) / COUNT,
    }));
    await monitor.close();
    `,
    ['--expose-gc'],
  );
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(ended.stdout) as { counted: number; heap: number };
}

/** What `source` prints as JSON, run with the monitor and `heapMb()` at hand. */
async function printed(source: string): Promise<unknown> {
  const ended = await runProgram(
    `
    import { TaskMonitor } from '../src/index.ts';
    const heapMb = () => {
      gc();
      gc();
      return process.memoryUsage().heapUsed / 1e6;
    };
    const monitor = new TaskMonitor();
    ${source}
    await monitor.close();
    `,
    ['--expose-gc'],
  );
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(ended.stdout);
}

describe('a monitor of which nothing was configured', () => {
  it('keeps 256 MiB of finished tasks with large results, and no more', async () => {
    const seen = (await printed(`
      const before = heapMb();
      for (let n = 0; n < 6_000; n++) {
        const { id } = await monitor.register();
        await monitor.start(id);
        await monitor.complete(id, { result: Buffer.alloc(65_000, 'line ' + n).toString('latin1') });
      }
      console.log(JSON.stringify({ tasks: await monitor.count(), grownMb: heapMb() - before }));
    `)) as { tasks: number; grownMb: number };
    expect(seen.tasks).toBeGreaterThan(4_000);
    expect(seen.tasks).toBeLessThan(4_130);
    expect(seen.grownMb).toBeGreaterThan(240);
    expect(seen.grownMb).toBeLessThan(300);
  });

  it('takes 100,000 active tasks and not one more', async () => {
    const seen = (await printed(`
      const before = heapMb();
      const one = (n) => JSON.parse(JSON.stringify({
        command: ['python', '-m', 'src.worker.ingest_worker', '--videos', 'video-' + n],
        metadata: { videos: ['video-' + n], request_type: 'ingest' },
      }));
      for (let n = 0; n < 100_000; n++) await monitor.register(one(n));
      const { code, details } = await monitor.register(one(0)).catch((error) => error);
      console.log(JSON.stringify({ tasks: await monitor.count(), code, details, grownMb: heapMb() - before }));
    `)) as { grownMb: number };
    expect(seen).toMatchObject({
      tasks: 100_000,
      code: 'CAPACITY',
      details: { maxActive: 100_000 },
    });
    expect(seen.grownMb).toBeLessThan(120);
  });

  it('keeps no more of a million lines of output than of a thousand', async () => {
    const seen = (await printed(`
      const { id } = await monitor.register();
      await monitor.start(id);
      let number = 0;
      const log = async (count) => {
        const end = number + count;
        while (number < end) {
          await monitor.log(id, Array.from({ length: 10 }, () => 'line ' + ++number + ' of what the program prints'));
        }
        return heapMb();
      };
      await log(100_000);
      const before = await log(1_000);
      const after = await log(899_000);
      const { lines, lastNumber } = await monitor.output(id);
      console.log(JSON.stringify({ lines: lines.length, lastNumber, grownMb: after - before }));
    `)) as { grownMb: number };
    expect(seen).toMatchObject({ lines: 200, lastNumber: 1_000_000 });
    expect(seen.grownMb).toBeLessThan(1);
  });
});

describe('the bytes that a MemoryStore counts', () => {
  it.each([
    ['a pending task', 20_000, 'await monitor.register();'],
    ['a task of which nothing was told', 20_000, 'await monitor.complete(await begin({}));'],
    [
      'the documented example',
      20_000,
      `const id = await begin(example(n));
       await monitor.progress(id, 'Processing video segments...');
       await monitor.complete(id, { progress: 'Task completed successfully' });`,
    ],
    [
      'a result of 64 KB of text',
      400,
      'await monitor.complete(await begin(example(n)), { result: text(65_000, n) });',
    ],
    [
      'a result of 64 KB of text that is not Latin',
      400,
      "await monitor.complete(await begin({}), { result: own(n) + '語'.repeat(21_000) });",
    ],
    [
      'a result of many words',
      100,
      `await monitor.complete(await begin({}), {
        result: parsed(Array.from({ length: 3_000 }, (_, k) => 'word ' + n + '.' + k)),
      });`,
    ],
    [
      'a result of many segments',
      100,
      `await monitor.complete(await begin({}), {
        result: parsed(Array.from({ length: 500 }, (_, k) => ({
          start: k + 0.25, end: k + 0.75, text: 'what was said in segment ' + n + '.' + k + ', and then a little more of it',
        }))),
      });`,
    ],
    [
      '64 KB of output in long lines',
      200,
      `const id = await begin(example(n));
       for (let k = 0; k < 100; k++) await monitor.log(id, text(1_000, n + k));`,
    ],
    [
      '200 short lines of output',
      200,
      `const id = await begin(example(n));
       for (let k = 0; k < 300; k++) await monitor.log(id, text(20, n + k));`,
    ],
    [
      'metadata with ten keys, the same in every task',
      5_000,
      "await monitor.register({ metadata: parsed(keys(10, (k) => 'key-' + k)) });",
    ],
    [
      'metadata with two keys that no other task has',
      5_000,
      'await monitor.register({ metadata: parsed(keys(2, (k) => own(n * 2 + k))) });',
    ],
    [
      'metadata with 1,000 keys, the same in every task',
      100,
      "await monitor.register({ metadata: parsed(keys(1_000, (k) => 'key-' + k)) });",
    ],
    [
      'metadata with 1,000 keys that no other task has',
      100,
      'await monitor.register({ metadata: parsed(keys(1_000, (k) => own(n * 1_000 + k))) });',
    ],
    ['a type of its own', 5_000, 'await monitor.register(parsed({ type: own(n) }));'],
    [
      '32 tags of its own',
      500,
      `await monitor.register(parsed({ tags: Array.from({ length: 32 }, (_, k) => own(n * 32 + k)) }));`,
    ],
    ['an idempotency key', 5_000, 'await monitor.register(parsed({ idempotencyKey: own(n) }));'],
    [
      'an error with its stack',
      2_000,
      "await monitor.fail(await begin({}), new Error('broken ' + own(n)));",
    ],
    [
      'a cancellation',
      5_000,
      `await monitor.cancel(await begin({}), { reason: text(20, n), by: text(10, n) });`,
    ],
    [
      'a function that ran',
      5_000,
      'const run = await monitor.run({}, () => n); await run.recorded;',
    ],
  ])('are 0.5 to 1.4 times what the heap grows by: %s', async (_name, count, fill) => {
    const { counted, heap } = await measure(count, fill);
    expect(heap).toBeGreaterThan(250);
    expect(counted / heap).toBeGreaterThan(0.5);
    expect(counted / heap).toBeLessThan(1.4);
  });
});
