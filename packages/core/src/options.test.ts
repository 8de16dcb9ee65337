import { TaskMonitorError } from './errors.js';
import {
  abortSignal,
  aFunction,
  boolean,
  checkOptions,
  milliseconds,
  nearest,
  positiveInteger,
  show,
  text,
} from './options.js';

const CHECKS = {
  retentionMs: positiveInteger,
  timeoutMs: milliseconds,
  closeStore: boolean,
  onError: aFunction,
  type: text,
  signal: abortSignal,
  metadata: null,
};

function messageFor(options: unknown): string {
  try {
    checkOptions('TaskMonitor', options, CHECKS);
  } catch (error) {
    expect(error).toBeInstanceOf(TaskMonitorError);
    expect((error as TaskMonitorError).code).toBe('INVALID_OPTIONS');
    return (error as Error).message;
  }
  throw new Error('Expected the options to be refused.');
}

describe('checkOptions', () => {
  it('takes right values, absent ones and undefined', () => {
    const options = {
      retentionMs: 1,
      timeoutMs: 0.5,
      closeStore: false,
      onError: () => {},
      metadata: 7,
    };
    expect(() => checkOptions('TaskMonitor', options, CHECKS)).not.toThrow();
    expect(() => checkOptions('TaskMonitor', { timeoutMs: undefined }, CHECKS)).not.toThrow();
    expect(() => checkOptions('TaskMonitor', {}, CHECKS)).not.toThrow();
    expect(() => checkOptions('TaskMonitor', Object.create(null), CHECKS)).not.toThrow();
  });

  it('says what it expected and what it got', () => {
    expect(messageFor({ retentionMs: '7d' })).toBe(
      'Expected `retentionMs` to be a positive integer, got "7d" (string).',
    );
    expect(messageFor({ closeStore: 1 })).toBe(
      'Expected `closeStore` to be true or false, got 1 (number).',
    );
    expect(messageFor({ onError: 'log' })).toBe(
      'Expected `onError` to be a function, got "log" (string).',
    );
    expect(messageFor({ retentionMs: null })).toBe(
      'Expected `retentionMs` to be a positive integer, got null.',
    );
  });

  it('takes an AbortSignal for a signal, and nothing that looks like one', () => {
    const { signal } = new AbortController();
    expect(() => checkOptions('run', { signal, type: 'ingest' }, CHECKS)).not.toThrow();
    expect(messageFor({ signal: new AbortController() })).toBe(
      'Expected `signal` to be an AbortSignal, got an object.',
    );
    expect(messageFor({ type: 5 })).toBe('Expected `type` to be a string, got 5 (number).');
  });

  it.each([NaN, -1, -0.001, Infinity, -Infinity, '5', 5n, null, [5], {}])(
    'refuses a time of %p',
    (timeoutMs) => {
      expect(messageFor({ timeoutMs })).toMatch(
        /^Expected `timeoutMs` to be a positive number of milliseconds, got /,
      );
    },
  );

  it.each([0, -1, 1.5, NaN, Infinity, 2 ** 53, '1'])('refuses a count of %p', (retentionMs) => {
    expect(messageFor({ retentionMs })).toMatch(
      /^Expected `retentionMs` to be a positive integer, got /,
    );
  });

  it('suggests the nearest name for one that it does not know', () => {
    expect(messageFor({ timeoutMS: 1 })).toBe(
      'TaskMonitor has no option `timeoutMS`. Did you mean `timeoutMs`?',
    );
    expect(messageFor({ timeout: 1 })).toBe(
      'TaskMonitor has no option `timeout`. Did you mean `timeoutMs`?',
    );
    expect(messageFor({ retentoinMs: 1 })).toBe(
      'TaskMonitor has no option `retentoinMs`. Did you mean `retentionMs`?',
    );
    expect(messageFor({ videos: 1 })).toBe(
      'TaskMonitor has no option `videos`. It knows `retentionMs`, `timeoutMs`, `closeStore`, `onError`, `type`, `signal`, `metadata`.',
    );
  });

  it('takes names that mean something to JavaScript for the unknown names they are', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '']) {
      const options = Object.fromEntries([[name, 1]]);
      expect(messageFor(options)).toContain(`TaskMonitor has no option \`${name}\`.`);
    }
  });

  it('shows no more than the start of a long name, and does not compare it', () => {
    const startedAt = performance.now();
    const message = messageFor({ ['x'.repeat(10_000_000)]: 1 });
    expect(message).toMatch(/^TaskMonitor has no option `x{100}…`\. It knows /);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it.each([null, 'text', 5, true, undefined, () => {}])(
    'refuses %p in place of options',
    (options) => {
      expect(messageFor(options)).toBe(
        `Expected the options of TaskMonitor to be an object, got ${show(options)}.`,
      );
    },
  );

  it('refuses an array in place of options', () => {
    expect(messageFor([])).toBe(
      'Expected the options of TaskMonitor to be an object, got an array.',
    );
  });
});

describe('show', () => {
  it('tells a value and its type', () => {
    expect(show('7d')).toBe('"7d" (string)');
    expect(show(5)).toBe('5 (number)');
    expect(show(NaN)).toBe('NaN (number)');
    expect(show(5n)).toBe('5 (bigint)');
    expect(show(2n ** 10_000_000n)).toBe('a very large bigint');
    expect(show(true)).toBe('true (boolean)');
    expect(show(null)).toBe('null');
    expect(show(undefined)).toBe('undefined');
    expect(show([])).toBe('an array');
    expect(show({})).toBe('an object');
    expect(show(() => {})).toBe('a function');
    expect(show(Symbol('s'))).toBe('a symbol');
  });

  it('escapes and bounds what it shows', () => {
    expect(show('a\nb"')).toBe('"a\\nb\\"" (string)');
    expect(show('x'.repeat(1_000))).toBe(`"${'x'.repeat(100)}…" (string)`);
    expect(show(Object.create(null))).toBe('an object');
  });
});

describe('nearest', () => {
  it('finds the name that was probably meant, and none where it is far from all', () => {
    expect(nearest('tdqm', ['json', 'tqdm'])).toBe('tqdm');
    expect(nearest('TQDM', ['json', 'tqdm'])).toBe('tqdm');
    expect(nearest('webpack', ['json', 'tqdm'])).toBeUndefined();
  });
});
