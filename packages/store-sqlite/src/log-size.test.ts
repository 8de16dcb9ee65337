import { writeFileSync } from 'node:fs';
import { temporaryFolder } from '../test/temporary-folder.js';
import { LogSize } from './log-size.js';

describe('LogSize', () => {
  const file = temporaryFolder();

  it('warns once, when the log is too large', () => {
    const warnings: string[] = [];
    const size = new LogSize(file('tasks.db'), (message) => warnings.push(message), 2_000_000);
    size.check();
    writeFileSync(file('tasks.db-wal'), 'x'.repeat(2_000_000));
    size.check();
    expect(warnings).toEqual([]);
    writeFileSync(file('tasks.db-wal'), 'x'.repeat(5_000_000));
    size.check();
    size.check();
    expect(warnings).toEqual([
      expect.stringMatching(/tasks\.db-wal has grown to 5 MB\. Another program has been reading/),
    ]);
  });
});
