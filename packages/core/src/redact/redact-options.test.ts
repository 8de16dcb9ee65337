import { TaskMonitor, type TaskMonitorOptions } from '../index.js';

const made = (redact: unknown): TaskMonitor =>
  new TaskMonitor({ redact } as unknown as TaskMonitorOptions);

describe('the option `redact`', () => {
  it.each<[unknown, string]>([
    [true, 'Expected `redact` to be an object of options, or false, got true (boolean).'],
    [null, 'Expected `redact` to be an object of options, or false, got null.'],
    [['iban'], 'Expected `redact` to be an object of options, or false, got an array.'],
    [{ key: ['iban'] }, 'redact has no option `key`. Did you mean `keys`?'],
    [
      { keys: 'iban' },
      'Expected `redact.keys` to be an array of names with letters of the alphabet in them, got "iban" (string).',
    ],
    [
      { keys: ['iban', ''] },
      'Expected `redact.keys` to be an array of names with letters of the alphabet in them, got an array.',
    ],
    [
      { allow: [5] },
      'Expected `redact.allow` to be an array of names with letters of the alphabet in them, got an array.',
    ],
    [
      { patterns: ['K-1'] },
      'Expected `redact.patterns` to be an array of regular expressions, got an array.',
    ],
    [
      { paths: ['customer.iban'] },
      'Expected `redact.paths` to be an array of paths such as "metadata.customer.iban" or "result.users.*.phone", got an array.',
    ],
    [
      { paths: ['metadata'] },
      'Expected `redact.paths` to be an array of paths such as "metadata.customer.iban" or "result.users.*.phone", got an array.',
    ],
    [{ replace: 'x' }, 'Expected `redact.replace` to be a function, got "x" (string).'],
  ])('refuses %j', (redact, message) => {
    expect(() => made(redact)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message }),
    );
  });

  it('is what it was when the monitor was made', async () => {
    const keys = ['iban'];
    const monitor = made({ keys });
    keys[0] = 'name';
    const { metadata } = await monitor.register({ metadata: { iban: 'DE89', name: 'Ada' } });
    expect(metadata).toEqual({ iban: '[Redacted]', name: 'Ada' });
    await monitor.close();
  });

  it('turns everything off with false', async () => {
    const monitor = made(false);
    const metadata = { password: 'hunter2', url: 'https://a:b@c/' };
    const task = await monitor.register({ metadata, command: ['worker', '--token', 'abc'] });
    expect([task.metadata, task.command]).toEqual([metadata, ['worker', '--token', 'abc']]);
    await monitor.close();
  });
});
