import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { VERSION } from './version.js';

describe('VERSION', () => {
  it('is that of the package', () => {
    const file = fileURLToPath(new URL('../package.json', import.meta.url));
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: VERSION });
  });
});
