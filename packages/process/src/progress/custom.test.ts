import { TaskMonitor } from '@task-monitor/core';
import { node, outputOf } from '../../test/fixture.js';
import { runCommand } from '../run-command.js';
import type { ProgressParser } from './formats.js';

describe('a progress parser of the user', () => {
  const errors: [string, string][] = [];
  let monitor: TaskMonitor;
  beforeEach(() => {
    errors.length = 0;
    monitor = new TaskMonitor({
      onError: (error, where) => void errors.push([String(error), where]),
    });
  });
  afterEach(() => monitor.close());

  const run = async (progress: unknown) => {
    const script = `
      for (const line of ['step A', '', '-', '\\u001b[32mstep B\\u001b[0m', '[1/2] c']) console.log(line);
      console.error('step C');`;
    const started = await runCommand(monitor, node(script), {
      progress: progress as ProgressParser,
    });
    return { run: started, task: await started.recorded };
  };

  it('is asked for each line that is not blank, and for nothing else', async () => {
    const lines: string[] = [];
    const { run: started, task } = await run(
      ({ stream, text }: { stream: string; text: string }) => {
        lines.push(`${stream} ${text}`);
        return text === 'step B' ? { message: 'b', current: 2, total: 3, unit: undefined } : null;
      },
    );
    expect(lines.toSorted()).toEqual([
      'stderr step C',
      'stdout -',
      'stdout [1/2] c',
      'stdout step A',
      'stdout step B',
    ]);
    expect(task.progress).toMatchObject({ message: '[1/2] c', current: 2, total: 3, unit: null });
    expect(await outputOf(monitor, started)).toEqual(['step A', '', '-', '[1/2] c']);
    expect(errors).toEqual([]);
  });

  it('may answer with a percentage or a message alone', async () => {
    const { run: started, task } = await run(({ text }: { text: string }) => {
      if (text === 'step A') return 40;
      return text === '[1/2] c' ? 'the last step' : null;
    });
    expect(task.progress).toMatchObject({ message: 'the last step', percent: 40 });
    expect(await outputOf(monitor, started)).toEqual(['-', 'step B']);
    expect(errors).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('no such step');
      },
      'Error: no such step',
    ],
    [
      'answers with true',
      () => true,
      'TypeError: The progress parser returned what is no progress',
    ],
    ['answers with a blank text', () => ' ', 'TypeError: The progress parser returned what'],
    ['answers with 101', () => 101, 'TypeError: The progress parser returned what'],
    [
      'answers with an unknown name',
      () => ({ percentage: 5 }),
      'TypeError: The progress parser returned what',
    ],
    [
      'answers beyond the range',
      () => ({ current: 3, total: 2 }),
      'TypeError: The progress parser returned what',
    ],
    ['answers with NaN', () => ({ percent: NaN }), 'TypeError: The progress parser returned what'],
    [
      'answers later',
      () => Promise.reject(new Error('later')),
      'TypeError: The progress parser returned a promise',
    ],
    [
      'answers with a trap',
      () => ({
        get percent() {
          throw new Error('trap');
        },
      }),
      'Error: trap',
    ],
  ])('that %s is reported once, and fails nothing', async (_, parser, message) => {
    const { run: started, task } = await run(parser);
    expect(task).toMatchObject({
      status: 'completed',
      progress: { message: '[1/2] c', percent: null },
    });
    expect(await outputOf(monitor, started)).toEqual(['step A', '', '-', 'step B', '[1/2] c']);
    expect(errors).toEqual([
      [expect.stringContaining(message), 'reading the progress that a command prints'],
    ]);
  });
});
