import { readFileSync } from 'node:fs';
import { ERROR_CODES } from './errors.js';
import { FAILURE_CODES } from './task.js';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const documented = [...page.matchAll(/^### `(\w+)`$/gm)].map(([, code]) => code);

describe('docs/errors.md', () => {
  it('has a section for every code, and none for others', () => {
    expect(documented).toEqual([...ERROR_CODES, ...FAILURE_CODES]);
  });

  it('says something about each', () => {
    const sections = page.split(/^### .*$/m).slice(1);
    for (const section of sections) expect(section.trim().length).toBeGreaterThan(60);
  });
});
