import { childEnvironment } from './child-environment.js';

describe('childEnvironment', () => {
  const own = { PATH: '/bin', HOME: '/home/a' };

  it('puts the given variables over those of this process', () => {
    expect(childEnvironment({ HOME: '/tmp', A: '1' }, true, own)).toEqual({
      PYTHONUNBUFFERED: '1',
      PATH: '/bin',
      HOME: '/tmp',
      A: '1',
    });
  });

  it('takes away an inherited variable', () => {
    expect(childEnvironment({ HOME: undefined }, true, own).HOME).toBeUndefined();
  });

  it('inherits nothing where that is asked for', () => {
    expect(childEnvironment({ A: '1' }, false, own)).toEqual({ PYTHONUNBUFFERED: '1', A: '1' });
  });

  it('leaves PYTHONUNBUFFERED as it was set, or unset', () => {
    expect(childEnvironment({}, true, { PYTHONUNBUFFERED: '' }).PYTHONUNBUFFERED).toBe('');
    expect(
      childEnvironment({ PYTHONUNBUFFERED: undefined }, true, own).PYTHONUNBUFFERED,
    ).toBeUndefined();
  });
});
