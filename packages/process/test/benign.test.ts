import { readFileSync } from 'node:fs';
import { readOutput } from './read-output.js';

const LINES = readFileSync(new URL('benign.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');

describe('ordinary lines', () => {
  it('are many and of many kinds', () => {
    expect(LINES.length).toBeGreaterThan(100);
  });

  it.each(LINES)('like %j are no progress', (line) => {
    expect(readOutput([`${line}\n`])).toEqual({ updates: [], lines: [line] });
  });

  it('are none together either', () => {
    expect(readOutput([LINES.join('\n')])).toEqual({ updates: [], lines: LINES });
  });
});
