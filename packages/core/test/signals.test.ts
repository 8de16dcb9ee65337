import { startProgram } from './program.js';

/** A host that says on its exit, which is the last thing it does, what its tasks came to and how long the closing took. */
const host = (options: string, work: string, closeStore = 'false'): string => `
  import { MemoryStore, TaskMonitor, closeOnSignals } from '../src/index.ts';
  import { FaultStore } from '../src/testing/index.ts';
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const store = new MemoryStore();
  const faults = new FaultStore(store);
  const trouble = [];
  const monitor = new TaskMonitor({ store: faults, closeStore: ${closeStore}, onError: (error) => trouble.push(String(error)) });
  closeOnSignals(monitor, ${options});
  let firstAt = 0;
  process.prependListener('SIGTERM', () => (firstAt ||= performance.now()));
  const last = new Map();
  (async () => {
    for await (const event of monitor.watch()) if ('task' in event) last.set(event.task.id, event.task);
  })();
  process.on('unhandledRejection', (error) => trouble.push(String(error)));
  process.on('exit', () => {
    const tasks = Object.fromEntries([...last.values()].map(({ id, status, error, result, execution }) => [id, {
      status, result, code: error?.code ?? null, reason: execution.cancel?.reason ?? null, forced: execution.cancel?.forced ?? null,
    }]));
    console.log(JSON.stringify({ tasks, trouble, closingMs: performance.now() - firstAt }));
  });
  ${work}
  console.log('ready');
  setInterval(() => {}, 1e6);
`;

interface Last {
  readonly tasks: Record<string, unknown>;
  readonly trouble: readonly string[];
  readonly closingMs: number;
}

async function toldToEnd(source: string, signals: readonly NodeJS.Signals[] = ['SIGTERM']) {
  const program = startProgram(source);
  await program.printed('ready\n');
  for (const signal of signals) {
    program.signal(signal);
    if (signals.length > 1) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { code, signal, stdout, stderr } = await program.ended;
  const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Last;
  return { code, signal, stderr, ...last };
}

const FINISHES_IN_TIME = `
  await monitor.run({ id: 'returns-1' }, async () => { await sleep(300); return 'all done'; });
  await monitor.run({ id: 'stops-1' }, ({ signal }) => new Promise((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), 100));
  }));
  await monitor.run({ id: 'breaks-1' }, ({ signal }) => new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('torn')));
  }));
  await monitor.register({ id: 'by-hand-1' });
  await monitor.start('by-hand-1');
  await monitor.register({ id: 'pending-1' });
`;
const AS_THEY_ENDED = {
  'returns-1': { status: 'completed', result: 'all done', code: null, reason: null, forced: null },
  'stops-1': { status: 'cancelled', result: null, code: null, reason: 'SHUTDOWN', forced: false },
  'breaks-1': { status: 'failed', result: null, code: 'ERROR', reason: null, forced: null },
  'by-hand-1': { status: 'failed', result: null, code: 'SHUTDOWN', reason: null, forced: null },
  'pending-1': { status: 'pending', result: null, code: null, reason: null, forced: null },
};
const NEVER_STOPS = `await monitor.run({ id: 'deaf-1' }, () => new Promise(() => {}));`;
const FORCED = { status: 'cancelled', result: null, code: null, reason: 'SHUTDOWN', forced: true };

describe('a process with closeOnSignals that is told to end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'lets tasks end in time as they end, and exits with 0 (%s)',
    async (signal) => {
      const end = await toldToEnd(host('{}', FINISHES_IN_TIME), [signal]);
      expect(end).toMatchObject({ code: 0, signal: null, stderr: '', trouble: [] });
      expect(end.tasks).toEqual(AS_THEY_ENDED);
    },
  );

  it('ends tasks without their functions after the time it was given', async () => {
    const end = await toldToEnd(host('{ graceMs: 500 }', NEVER_STOPS));
    expect(end).toMatchObject({ code: 0, stderr: '', trouble: [], tasks: { 'deaf-1': FORCED } });
    expect(end.closingMs).toBeGreaterThan(400);
    expect(end.closingMs).toBeLessThan(4_900);
  });

  it('waits some five seconds by default', async () => {
    const end = await toldToEnd(host('{}', NEVER_STOPS));
    expect(end).toMatchObject({ code: 0, tasks: { 'deaf-1': FORCED } });
    expect(end.closingMs).toBeGreaterThan(4_900);
    expect(end.closingMs).toBeLessThan(9_900);
  });

  it('changes nothing at twenty signals more', async () => {
    const signals = Array.from({ length: 21 }, (_, index) => (index % 2 ? 'SIGINT' : 'SIGTERM'));
    const end = await toldToEnd(host('{ graceMs: 1500 }', FINISHES_IN_TIME + NEVER_STOPS), signals);
    expect(end).toMatchObject({ code: 0, signal: null, stderr: '', trouble: [] });
    expect(end.tasks).toEqual({ ...AS_THEY_ENDED, 'deaf-1': FORCED });
    expect(end.closingMs).toBeGreaterThan(1_400);
    expect(end.closingMs).toBeLessThan(4_900);
  });

  it('exits also if the store never answers, then with 1', async () => {
    const end = await toldToEnd(
      host('{ graceMs: 300 }', `${NEVER_STOPS} faults.set('transition', 'hang');`),
    );
    expect(end).toMatchObject({ code: 1, signal: null });
    expect(end.closingMs).toBeGreaterThan(700);
    expect(end.closingMs).toBeLessThan(4_900);
  });

  it('exits with 1 and a warning if the store cannot be closed', async () => {
    const end = await toldToEnd(host('{}', "faults.set('close', 'failBefore');", 'true'));
    expect(end).toMatchObject({ code: 1, signal: null });
    expect(end.stderr).toContain('TaskMonitorWarning: While closing on SIGTERM: ');
  });

  it('goes on where the exit is its own affair, until the next signal', async () => {
    const program = startProgram(`
      import { TaskMonitor, closeOnSignals } from '../src/index.ts';
      const monitor = new TaskMonitor();
      closeOnSignals(monitor, { exit: false });
      const run = await monitor.run({}, ({ signal }) => new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      }));
      console.log('ready');
      void run.recorded.then(() => monitor.close()).then(() => setTimeout(() => console.log('closed'), 20));
      setInterval(() => {}, 1e6);
    `);
    await program.printed('ready');
    program.signal('SIGTERM');
    await program.printed('closed');
    program.signal('SIGTERM');
    expect(await program.ended).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it('is not kept alive by it', async () => {
    const program = startProgram(`
      import { TaskMonitor, closeOnSignals } from '../src/index.ts';
      const monitor = new TaskMonitor();
      closeOnSignals(monitor);
      await monitor.register();
    `);
    expect(await program.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  });
});
