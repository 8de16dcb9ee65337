import { spawnFailure } from './spawn-failure.js';

describe('spawnFailure', () => {
  it.each([
    [
      'EMFILE',
      'too many files are open; run fewer at once or raise the limit (ulimit -n) (EMFILE)',
    ],
    [
      'EAGAIN',
      'there are too many processes; run fewer at once or raise the limit (ulimit -u) (EAGAIN)',
    ],
    ['ENOMEM', 'there is not enough memory (ENOMEM)'],
    ['EINVAL', 'the system refused (EINVAL)'],
  ])('says what to do about %s', async (code, why) => {
    const cause = Object.assign(new Error(code), { code });
    const failure = await spawnFailure({ name: 'worker', cwd: null }, cause);
    expect(failure.message).toBe(`Cannot start "worker": ${why}.`);
    expect(failure).toMatchObject({ code: 'SPAWN_FAILED', cause });
  });
});
