import { setImmediate as turn } from 'node:timers/promises';
import { closeOnSignals, type CloseOnSignalsOptions } from './close-on-signals.js';
import { TaskMonitor } from './monitor.js';

/** What happens to a process that is told to end is tested on real ones, in `test/signals.test.ts`. */
describe('closeOnSignals', () => {
  const listeners = () =>
    (['SIGTERM', 'SIGINT', 'SIGHUP'] as const).map((name) => process.listenerCount(name));
  let before: number[];
  let monitor: TaskMonitor;
  beforeEach(() => {
    before = listeners();
    monitor = new TaskMonitor();
  });
  afterEach(async () => {
    await monitor.close();
    expect(listeners()).toEqual(before);
  });
  const added = () => listeners().map((count, index) => count - (before[index] as number));

  it('listens to SIGTERM and SIGINT until it is undone', () => {
    const undo = closeOnSignals(monitor);
    expect(added()).toEqual([1, 1, 0]);
    undo();
    undo();
    expect(added()).toEqual([0, 0, 0]);
  });

  it('listens to the signals it is given, once to each', () => {
    const undo = closeOnSignals([monitor], { signals: ['SIGHUP', 'SIGHUP'] });
    expect(added()).toEqual([0, 0, 1]);
    undo();
  });

  it('closes all monitors, and takes its listeners away where the process shall go on', async () => {
    const other = new TaskMonitor();
    closeOnSignals([monitor, other], { exit: false, signals: ['SIGHUP'] });
    const ended = (async () => {
      for await (const event of other.watch()) void event;
    })();
    process.emit('SIGHUP', 'SIGHUP');
    await ended;
    for (const closed of [monitor, other])
      await expect(closed.register()).rejects.toMatchObject({ code: 'MONITOR_CLOSED' });
    await turn();
  });

  it.each([
    [
      { signals: ['SIGTREM'] },
      'such as SIGTERM, not "SIGTREM" (string) among others, got an array',
    ],
    [{ signals: ['SIGKILL'] }, 'not "SIGKILL" (string) among others'],
    [
      { signals: [] },
      'a list of signals that a process can listen to, such as SIGTERM, got an array',
    ],
    [{ signals: 'SIGTERM' }, 'got "SIGTERM" (string)'],
    [{ graceMs: '5s' }, 'Expected `graceMs` to be a positive number of milliseconds'],
    [{ exit: 1 }, 'Expected `exit` to be true or false, got 1 (number).'],
    [{ signal: ['SIGTERM'] }, 'closeOnSignals has no option `signal`. Did you mean `signals`?'],
    [null, 'Expected the options of closeOnSignals to be an object, got null.'],
  ])('refuses %j', (options, message) => {
    expect(() => closeOnSignals(monitor, options as CloseOnSignalsOptions)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });

  it.each([[[]], [null], [[{}]], [5]])('refuses %j for monitors', (monitors) => {
    expect(() => closeOnSignals(monitors as never)).toThrow('Expected `monitors` to be');
  });
});
