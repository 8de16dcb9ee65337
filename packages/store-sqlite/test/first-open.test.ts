import { writeFileSync } from 'node:fs';
import { buildProgram, RunningProgram } from './program.js';
import { onFile } from './integrity.js';
import { temporaryFolder } from './temporary-folder.js';

/** `FIRST_OPENS=50` for more. */
const ROUNDS = Number(process.env.FIRST_OPENS ?? 2);

describe('twenty processes that open a file which is not there yet', () => {
  const file = temporaryFolder();
  let opener = '';
  beforeAll(() => {
    opener = buildProgram('opener');
  });

  it(`all get it, with one schema and one name: ${ROUNDS} times`, async () => {
    for (let round = 1; round <= ROUNDS; round++) {
      const path = file(`${round}.db`);
      const gate = file(`gate-${round}`);
      const programs = Array.from({ length: 20 }, () => new RunningProgram(opener, [path, gate]));
      for (const program of programs) await program.printed('ready');
      writeFileSync(gate, '');
      const names = new Set<string>();
      for (const program of programs) names.add((await program.output())[1] ?? '');
      expect(names.size).toBe(1);
      const stores = await onFile(path, (connection) => connection.all('SELECT uuid FROM store'));
      expect(stores).toHaveLength(1);
    }
  }, 600_000);
});
