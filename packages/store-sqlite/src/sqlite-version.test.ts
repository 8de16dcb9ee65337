import { hasWalResetBug } from './sqlite-version.js';

describe('hasWalResetBug', () => {
  it.each(['3.7.0', '3.44.5', '3.45.0', '3.50.6', '3.51.0', '3.51.2'])(
    'is true of %s',
    (version) => {
      expect(hasWalResetBug(version)).toBe(true);
    },
  );

  it.each(['3.6.23', '3.44.6', '3.50.7', '3.51.3', '3.52.0', '3.53.4', '4.0.0'])(
    'is false of %s',
    (version) => {
      expect(hasWalResetBug(version)).toBe(false);
    },
  );
});
