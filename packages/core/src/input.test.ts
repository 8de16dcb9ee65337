import fc from 'fast-check';
import { isTaskMonitorError } from './errors.js';
import { type LogLine, type ProgressInput, type RegisterOptions } from './input.js';
import { Intake } from './intake.js';
import { Redactor } from './redact/redactor.js';

const intake = new Intake(new Redactor(), true);

/** `CODE: message` of what `call` throws. */
function thrownBy(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (!isTaskMonitorError(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
  return 'accepted';
}

const input = (options: unknown): unknown => intake.task(options as RegisterOptions);
const refused = (options: unknown): string => thrownBy(() => input(options));

// eslint-disable-next-line no-sparse-arrays -- the hole is what is tried
const WITH_HOLE = ['one', , 'two'];

describe('taskInput', () => {
  it('has a word for everything that was left out', () => {
    expect(intake.task({})).toEqual({
      id: null,
      type: null,
      name: null,
      command: [],
      metadata: {},
      tags: [],
      parentId: null,
      weight: 1,
      idempotencyKey: null,
    });
  });

  it('copies and freezes what it keeps', () => {
    const command = ['python', '-m', 'worker'];
    const tags = ['video'];
    const kept = intake.task({ command, tags });
    command.push('--late');
    tags.push('late');
    expect(kept.command).toEqual(['python', '-m', 'worker']);
    expect(kept.tags).toEqual(['video']);
    expect([kept.command, kept.tags, kept.metadata].every((value) => Object.isFrozen(value))).toBe(
      true,
    );
  });

  it('replaces what no database can hold', () => {
    const kept = intake.task({
      type: 'a\u0000',
      name: '\ud800',
      command: ['\u0000'],
      tags: ['x\udc00'],
      idempotencyKey: 'k\u0000',
    });
    expect(kept).toMatchObject({
      type: 'a\ufffd',
      name: '\ufffd',
      command: ['\ufffd'],
      tags: ['x\ufffd'],
      idempotencyKey: 'k\ufffd',
    });
  });

  it.each([
    '1',
    'a1',
    'A.1_b:c-d',
    '123e4567-e89b-12d3-a456-426614174000',
    'ingest:2026-01-01',
    `${'a'.repeat(127)}1`,
    `1${'a'.repeat(127)}`,
    '9__proto__',
  ])('takes the id %p', (id) => {
    expect(intake.task({ id }).id).toBe(id);
    expect(intake.task({ parentId: id }).parentId).toBe(id);
  });

  it.each([
    '',
    'stats',
    'running',
    'count',
    '__proto__',
    'constructor',
    '-1',
    '.1',
    '_1',
    ':1',
    'a 1',
    'a/1',
    '../1',
    'a%31',
    'a1\n',
    '\na1',
    'ä1',
    '１',
    'a\u0000a1',
    `${'a'.repeat(128)}1`,
    1,
    null,
    {},
    ['a1'],
    new String('a1'),
  ])('refuses the id %p', (id) => {
    for (const field of ['id', 'parentId']) {
      expect(refused({ [field]: id })).toMatch(
        new RegExp(
          `^INVALID_INPUT: Expected \`${field}\` to be up to 128 letters, digits and \\. _ : - with at least one digit, beginning with a letter or digit; got `,
        ),
      );
    }
  });

  it.each([
    ['type', 128],
    ['name', 256],
    ['idempotencyKey', 256],
  ])('takes a %s of %i characters and no more', (field, characters) => {
    expect(input({ [field]: 'x'.repeat(characters) })).toMatchObject({
      [field]: 'x'.repeat(characters),
    });
    expect(refused({ [field]: 'x'.repeat(characters + 1) })).toBe(
      `INVALID_INPUT: Expected \`${field}\` to be at most ${characters} characters long; got ${characters + 1} characters.`,
    );
    expect(refused({ [field]: 5 })).toBe(
      `INVALID_INPUT: Expected \`${field}\` to be a string; got 5 (number).`,
    );
  });

  it('refuses an empty idempotencyKey, which would make one task of all that have none', () => {
    expect(refused({ idempotencyKey: '' })).toBe(
      'INVALID_INPUT: Expected `idempotencyKey` to be at least one character long; got "" (string).',
    );
  });

  it('takes 32 tags of 128 characters and no more', () => {
    const tags = Array.from({ length: 32 }, (_, index) => `${index}`.padEnd(128, 'x'));
    expect(intake.task({ tags }).tags).toEqual(tags);
    expect(refused({ tags: [...tags, 'one'] })).toBe(
      'INVALID_INPUT: Expected `tags` to be at most 32 long; got 33 items.',
    );
    expect(refused({ tags: ['x'.repeat(129)] })).toBe(
      'INVALID_INPUT: Expected `tags` to be at most 128 characters long; got 129 characters.',
    );
    expect(refused({ tags: 'video' })).toBe(
      'INVALID_INPUT: Expected `tags` to be an array of strings; got "video" (string).',
    );
    expect(refused({ tags: ['video', 5] })).toBe(
      'INVALID_INPUT: Expected `tags` to be an array of strings; got an array.',
    );
  });

  it('keeps a tag that is given twice once', () => {
    expect(intake.task({ tags: ['b', 'a', 'b'] }).tags).toEqual(['b', 'a']);
  });

  it('takes a command of 65,536 bytes as JSON and no more', () => {
    const command = ['x'.repeat(65_536 - '[""]'.length)];
    expect(intake.task({ command }).command).toEqual(command);
    expect(refused({ command: ['x'.repeat(65_536 - '["",""]'.length), 'x'] })).toBe(
      'INVALID_INPUT: `command` has 65537 bytes as JSON, the limit is 65536: store a reference to large data instead.',
    );
    expect(refused({ command: 'ls -l' })).toBe(
      'INVALID_INPUT: Expected `command` to be an array of strings; got "ls -l" (string).',
    );
    expect(refused({ command: [['ls']] })).toBe(
      'INVALID_INPUT: Expected `command` to be an array of strings; got an array.',
    );
  });

  it('refuses lists with holes, and lists too long to look through, at once', () => {
    const startedAt = performance.now();
    for (const field of ['command', 'tags']) {
      expect(refused({ [field]: WITH_HOLE })).toMatch(/^INVALID_INPUT: /);
      expect(refused({ [field]: new Array(4_000_000_000) })).toMatch(/^INVALID_INPUT: /);
    }
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('refuses metadata that is no object, or does not fit', () => {
    expect(refused({ metadata: ['a'] })).toBe(
      'INVALID_INPUT: Expected `metadata` to be an object, got an array.',
    );
    expect(refused({ metadata: { a: 'x'.repeat(65_530) } })).toMatch(
      /^INVALID_INPUT: `metadata` has 65538 bytes/,
    );
  });
});

describe('progressUpdate', () => {
  const rejected = (progress: unknown): string =>
    thrownBy(() => intake.progress(progress as ProgressInput));

  it('takes a message, a percentage, or any part of both', () => {
    expect(intake.progress('embedding')).toEqual({ message: 'embedding' });
    expect(intake.progress('')).toEqual({ message: '' });
    expect(intake.progress(33.333)).toEqual({ percent: 33.33 });
    expect(intake.progress(0)).toEqual({ percent: 0 });
    expect(intake.progress(100)).toEqual({ percent: 100 });
    expect(intake.progress({ current: 12, total: 80, unit: 'segments' })).toEqual({
      current: 12,
      total: 80,
      unit: 'segments',
    });
    expect(
      intake.progress({ message: null, current: null, total: null, unit: null, percent: null }),
    ).toEqual({
      message: null,
      current: null,
      total: null,
      unit: null,
      percent: null,
    });
    expect(intake.progress({})).toEqual({});
    expect(intake.progress({ current: 80, total: 80 })).toEqual({ current: 80, total: 80 });
  });

  it('takes a numeral in a string for the message it is', () => {
    expect(intake.progress('50')).toEqual({ message: '50' });
  });

  it.each([NaN, Infinity, -Infinity, -1, -0.01, 101, 100.01, 1e308])(
    'refuses %p percent',
    (percent) => {
      const expected = `INVALID_INPUT: Expected \`percent\` to be a number from 0 to 100; got ${percent} (number).`;
      expect(rejected(percent)).toBe(expected);
      expect(rejected({ percent })).toBe(expected);
    },
  );

  it.each(['50', true, {}, [], 5n])('refuses %p in place of a percentage', (percent) => {
    expect(rejected({ percent })).toMatch(
      /^INVALID_INPUT: Expected `percent` to be a number from 0 to 100; got /,
    );
  });

  it.each([NaN, Infinity, -1, 2 ** 53, 1e308, '5', true, {}])('refuses a count of %p', (count) => {
    for (const field of ['current', 'total']) {
      expect(rejected({ [field]: count })).toMatch(
        new RegExp(
          `^INVALID_INPUT: Expected \`${field}\` to be a number from 0 to 2\\^53 − 1; got `,
        ),
      );
    }
  });

  it('refuses more than the total', () => {
    expect(rejected({ current: 81, total: 80 })).toBe(
      'INVALID_INPUT: Expected `current` to be at most `total` (80); raise `total` or leave it out; got 81 (number).',
    );
  });

  it('suggests the nearest field for one that it does not know', () => {
    expect(rejected({ curent: 5 })).toBe(
      'INVALID_OPTIONS: progress has no option `curent`. Did you mean `current`?',
    );
    expect(rejected({ msg: 'x' })).toMatch(/^INVALID_OPTIONS: progress has no option `msg`\. /);
  });

  it.each([null, undefined, true, [], () => {}, Symbol('s'), 5n])(
    'refuses %p as progress',
    (progress) => {
      expect(rejected(progress)).toMatch(/^INVALID_(OPTIONS|INPUT): /);
    },
  );

  it('refuses a message or unit that is no string', () => {
    expect(rejected({ message: 5 })).toBe(
      'INVALID_INPUT: Expected `message` to be a string; got 5 (number).',
    );
    expect(rejected({ unit: 5 })).toBe(
      'INVALID_INPUT: Expected `unit` to be a string; got 5 (number).',
    );
    expect(rejected({ unit: 'x'.repeat(129) })).toBe(
      'INVALID_INPUT: Expected `unit` to be at most 128 characters long; got 129 characters.',
    );
  });

  it('cuts a message at 2,048 bytes, between two characters', () => {
    const messageOf = (text: string): string => intake.progress(text).message as string;
    expect(messageOf('x'.repeat(2_048))).toBe('x'.repeat(2_048));
    expect(messageOf('x'.repeat(2_049))).toBe(`${'x'.repeat(2_045)}…`);
    expect(messageOf('世'.repeat(682))).toBe('世'.repeat(682));
    expect(messageOf('世'.repeat(683))).toBe(`${'世'.repeat(681)}…`);
    expect(messageOf('🎬'.repeat(513))).toBe(`${'🎬'.repeat(511)}…`);
    expect(messageOf(`a\u0000${'\ud800'.repeat(3)}`)).toBe('a\ufffd\ufffd\ufffd\ufffd');
  });

  it('gives anything at all a safe update, or refuses it', () => {
    const field = fc.oneof(fc.anything(), fc.double(), fc.string(), fc.constant(undefined));
    const anything = fc.oneof(
      fc.anything(),
      fc.record(
        { message: field, current: field, total: field, unit: field, percent: field },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(anything, (progress) => {
        if (rejected(progress) !== 'accepted') return;
        const update = intake.progress(progress as ProgressInput);
        for (const value of [update.current, update.total, update.percent]) {
          if (typeof value === 'number' && !(value >= 0 && value <= 2 ** 53))
            throw new Error(`${value}`);
        }
        if (typeof update.percent === 'number' && update.percent > 100)
          throw new Error(`${update.percent}`);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('outputLines', () => {
  const rejected = (lines: unknown): string =>
    thrownBy(() => intake.output('task-1', lines as LogLine, 1_000));

  it('takes a line, lines, and lines with their stream and instant', () => {
    expect(intake.output('task-1', 'one', 1_000)).toEqual([
      { stream: 'log', text: 'one', at: 1_000 },
    ]);
    expect(
      intake.output(
        'task-1',
        ['one', { text: 'two', stream: 'stderr', at: 5 }, { text: '' }],
        1_000,
      ),
    ).toEqual([
      { stream: 'log', text: 'one', at: 1_000 },
      { stream: 'stderr', text: 'two', at: 5 },
      { stream: 'log', text: '', at: 1_000 },
    ]);
    expect(intake.output('task-1', [], 1_000)).toEqual([]);
  });

  it('refuses what is no line', () => {
    const expected =
      'INVALID_INPUT: Expected `line` to be a string, or an object with `text`; got ';
    expect(rejected(5)).toBe(`${expected}5 (number).`);
    expect(rejected(null)).toBe(`${expected}null.`);
    expect(rejected(['one', { line: 'two' }])).toBe(`${expected}an object.`);
    expect(rejected([['one']])).toBe(`${expected}an array.`);
    expect(rejected(WITH_HOLE)).toBe(`${expected}undefined.`);
    expect(rejected({ text: 'x', stream: 'stdin' })).toBe(
      'INVALID_INPUT: Expected `stream` to be "stdout", "stderr" or "log"; got "stdin" (string).',
    );
  });

  it.each([NaN, Infinity, '5', new Date(5), 8.64e15 + 1, -1e300])(
    'refuses the instant %p',
    (at) => {
      expect(rejected({ text: 'x', at })).toMatch(
        /^INVALID_INPUT: Expected `at` to be epoch milliseconds; got /,
      );
    },
  );
});

describe('optionalMessage', () => {
  it('is null where nothing was said', () => {
    expect(intake.message('reason', undefined)).toBeNull();
    expect(intake.message('reason', null)).toBeNull();
  });

  it('cuts what is said, and refuses what is no text', () => {
    expect(intake.message('reason', 'x'.repeat(3_000))).toBe(`${'x'.repeat(2_045)}…`);
    expect(thrownBy(() => intake.message('reason', 5))).toBe(
      'INVALID_INPUT: Expected `reason` to be a string; got 5 (number).',
    );
  });
});
