import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesWith } from './files-with.js';

const MEBIBYTE = 2 ** 20;

describe('filesWith', () => {
  it('finds a text wherever it begins, and not where only a part of it is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'task-monitor-files-'));
    try {
      const [begin, border, later, end, part, empty] = [1, 2, 3, 4, 5, 6].map((number) =>
        join(folder, String(number)),
      ) as [string, string, string, string, string, string];
      writeFileSync(begin, 'CANARY and more');
      writeFileSync(border, `${'x'.repeat(MEBIBYTE - 3)}CANARY`);
      writeFileSync(later, `${'x'.repeat(3 * MEBIBYTE - 9)}CANARY${'x'.repeat(MEBIBYTE)}`);
      writeFileSync(end, `${'x'.repeat(100)}CANARY`);
      writeFileSync(part, `CANAR ${'x'.repeat(2 * MEBIBYTE)}CANAR`);
      writeFileSync(empty, '');
      expect(
        filesWith('CANARY', [begin, border, later, end, part, empty, join(folder, 'none')]),
      ).toEqual([begin, border, later, end]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
