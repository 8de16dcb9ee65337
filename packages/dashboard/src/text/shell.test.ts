import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { shellLine } from './shell.js';

describe('shellLine', () => {
  it.each([
    [['ls'], 'ls'],
    [['python', '-m', 'src.worker', '--video=a_b.mp4'], 'python -m src.worker --video=a_b.mp4'],
    [['echo', 'two words'], "echo 'two words'"],
    [['echo', ''], "echo ''"],
    [['echo', "it's"], `echo 'it'\\''s'`],
    [['echo', '$HOME', '`id`', '~'], "echo '$HOME' '`id`' '~'"],
    [['a=b', 'x'], "'a=b' x"],
    [['printf', 'a\nb\u001b'], "printf $'a\\nb\\x1b'"],
  ])('writes %j as %j', (argv, line) => {
    expect(shellLine(argv)).toBe(line);
  });

  it('is read by a shell as the same arguments', () => {
    const argv = [
      "it's",
      'a"b',
      '$(id)',
      '\\',
      '*',
      'a\n\tb\\',
      '#x',
      '!',
      'ü',
      '-n',
      'a=b',
      '{a,b}',
    ];
    const printed = execFileSync('bash', ['-c', `printf '%s\\0' ${shellLine(argv)}`], {
      encoding: 'utf8',
    });
    expect(printed.split('\0').slice(0, -1)).toEqual(argv);
  });
});
