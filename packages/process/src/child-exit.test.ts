import { exitFailure } from './child-exit.js';

describe('exitFailure', () => {
  it('says the exit code and the last lines of standard error', () => {
    const failure = exitFailure({ exitCode: 3, signal: null }, ['Traceback:', 'ValueError: x']);
    expect(failure.code).toBe('EXIT');
    expect(failure.message).toBe('Exited with code 3: Traceback:\nValueError: x');
  });

  it('says the signal', () => {
    const failure = exitFailure({ exitCode: null, signal: 'SIGSEGV' }, [], 'system');
    expect(failure.code).toBe('SIGNAL');
    expect(failure.message).toBe('Killed by SIGSEGV. Standard error does not say why.');
  });

  it('says what SIGKILL mostly means, and whether that is certain', () => {
    const exit = { exitCode: null, signal: 'SIGKILL' } as const;
    expect(exitFailure(exit, null)).toMatchObject({
      code: 'SIGNAL',
      message:
        'Killed by SIGKILL, which this process did not send: probably the system was out of memory.',
    });
    expect(exitFailure(exit, ['loading'], 'system')).toMatchObject({
      code: 'SIGNAL',
      message:
        'Killed by SIGKILL, which this process did not send: the system was out of memory, and its counter of such kills rose: loading',
    });
    expect(exitFailure(exit, null, 'host').message).toBe('Killed by SIGKILL.');
  });

  it('keeps the newest lines within 8 KB', () => {
    const long = 'x'.repeat(3_000);
    const { message } = exitFailure({ exitCode: 1, signal: null }, ['first', long, long, 'last']);
    expect(message).toBe(`Exited with code 1: first\n${long}\n${long}\nlast`);
    const tooLong = exitFailure({ exitCode: 1, signal: null }, ['first', long, long, long, 'last']);
    expect(tooLong.message).toBe(`Exited with code 1: ${long}\n${long}\nlast`);
  });

  it('cuts a single line that is too long', () => {
    const { message } = exitFailure({ exitCode: 1, signal: null }, ['first', 'é'.repeat(9_000)]);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(8_192);
    expect(message).toMatch(/^Exited with code 1: é+…$/);
  });
});
