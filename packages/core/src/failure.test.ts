import vm from 'node:vm';
import fc from 'fast-check';
import {
  isCausedByAbort,
  TaskAbortError,
  TaskFailedError,
  toFailure as failureOf,
} from './failure.js';
import { Redactor } from './redact/redactor.js';
import type { TaskFailure } from './task.js';

const redactor = new Redactor();
const toFailure = (thrown: unknown, captureStack: boolean): TaskFailure =>
  failureOf(thrown, captureStack, redactor);

describe('toFailure', () => {
  it('takes name, message and stack of an error', () => {
    const error = new TypeError('no such codec');
    expect(toFailure(error, true)).toEqual({
      code: 'ERROR',
      message: 'no such codec',
      name: 'TypeError',
      stack: error.stack,
    });
    expect(Object.isFrozen(toFailure(error, true))).toBe(true);
  });

  it('keeps no stack unless asked to', () => {
    expect(toFailure(new Error('boom'), false).stack).toBeNull();
  });

  it.each<[string, unknown, string, string | null]>([
    ['undefined', undefined, 'Threw undefined', null],
    ['null', null, 'Threw null', null],
    ['a string', 'disk is full', 'disk is full', null],
    ['an empty string', '', 'Threw an empty string', null],
    ['a number', 42, 'Threw 42', null],
    ['NaN', NaN, 'Threw NaN', null],
    ['a bigint', 7n, 'Threw 7', null],
    ['a boolean', false, 'Threw false', null],
    ['a symbol', Symbol('s'), 'Threw Symbol(s)', null],
    ['a plain object', { status: 500 }, 'Threw {"status":500}', null],
    ['an object with a message', { message: 'not found' }, 'not found', null],
    ['an object without prototype', Object.create(null), 'Threw {}', null],
    ['a frozen error', Object.freeze(new Error('cold')), 'cold', 'Error'],
    ['an error without message', new RangeError(), 'RangeError', 'RangeError'],
    [
      'an error whose message is no string',
      Object.assign(new Error(), { message: 5 }),
      'Error',
      'Error',
    ],
    ['an array', [1, 'two'], 'Threw [1,"two"]', null],
    ['a map', new Map([['status', 500]]), 'Threw {"status":500}', null],
  ])('reads %s', (_, thrown, message, name) => {
    expect(toFailure(thrown, false)).toEqual({ code: 'ERROR', message, name, stack: null });
  });

  it('reads a function that was thrown', () => {
    expect(toFailure(Math.max, false).message).toBe('Threw function max() { [native code] }');
  });

  it('adds the messages of causes that say more', () => {
    const reset = new Error('read ECONNRESET');
    const error = new Error('fetch failed', {
      cause: new Error('socket closed', { cause: reset }),
    });
    expect(toFailure(error, false).message).toBe('fetch failed: socket closed: read ECONNRESET');
    expect(
      toFailure(new Error('upload: no space', { cause: new Error('no space') }), false).message,
    ).toBe('upload: no space');
    expect(toFailure(new Error('upload failed', { cause: 'no space' }), false).message).toBe(
      'upload failed: no space',
    );
  });

  it('adds four causes at most, each of them once, also when they lead in a circle', () => {
    const a = new Error('a');
    const b = new Error('b', { cause: a });
    a.cause = b;
    expect(toFailure(a, false).message).toBe('a: b');
    let chain = new Error('cause 9');
    for (let depth = 8; depth >= 0; depth--) chain = new Error(`cause ${depth}`, { cause: chain });
    expect(toFailure(chain, false).message).toBe('cause 0: cause 1: cause 2: cause 3: cause 4');
  });

  it('tells what an AggregateError holds', () => {
    const errors = [new Error('IPv6 refused'), 'IPv4 refused'];
    expect(toFailure(new AggregateError(errors), false).message).toBe('IPv6 refused; IPv4 refused');
    expect(toFailure(new AggregateError(errors, 'All promises were rejected'), false).message).toBe(
      'All promises were rejected: IPv6 refused; IPv4 refused',
    );
    const many = Array.from({ length: 1_000 }, (_, index) => new Error(`${index}`));
    expect(toFailure(new AggregateError(many), false).message).toBe('0; 1; 2; 3');
    expect(toFailure(new AggregateError([]), false).message).toBe('AggregateError');
    const itself = new AggregateError([]);
    itself.errors = [itself, itself];
    expect(toFailure(itself, false)).toMatchObject({ code: 'ERROR', name: 'AggregateError' });
  });

  it('cuts messages and stacks of megabytes at 8 KB', () => {
    const error = new Error('x'.repeat(10_000_000));
    const failure = toFailure(error, true);
    expect(failure.message).toBe(`${'x'.repeat(8_189)}…`);
    expect(Buffer.byteLength(failure.stack as string)).toBeLessThanOrEqual(8_192);
    const wide = toFailure(new Error('世'.repeat(5_000)), false).message;
    expect(wide).toBe(`${'世'.repeat(2_729)}…`);
    expect(toFailure('x'.repeat(8_192), false).message).toBe('x'.repeat(8_192));
    const named = Object.assign(new Error('m'), { name: 'N'.repeat(1_000) });
    expect(toFailure(named, false).name).toBe(`${'N'.repeat(253)}…`);
  });

  it('does not write out a large object to tell that it was thrown', () => {
    const before = process.cpuUsage();
    const large = { pages: new Array(2_000).fill('x'.repeat(100_000)) };
    expect(toFailure(large, false).message).toMatch(/^Threw /);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(500);
  });

  it('replaces what no database can hold', () => {
    expect(toFailure(new Error('a\u0000b\ud800'), false).message).toBe('a\ufffdb\ufffd');
  });

  it('reads cyclic objects', () => {
    const cycle: Record<string, unknown> = { status: 500 };
    cycle['self'] = cycle;
    expect(toFailure(cycle, true).message).toBe('Threw an object that cannot be read');
  });

  it('survives errors whose every property throws', () => {
    const hostile = new Error('m');
    for (const key of [
      'stack',
      'name',
      'message',
      'cause',
      'errors',
      'code',
      'toJSON',
      'toString',
    ]) {
      Object.defineProperty(hostile, key, {
        get(): never {
          throw new Error(`no ${key}`);
        },
      });
    }
    expect(toFailure(hostile, true)).toEqual({
      code: 'ERROR',
      message: 'Threw an object that cannot be read',
      name: null,
      stack: null,
    });
  });

  it('survives proxies whose every trap throws, and revoked ones', () => {
    const handler = new Proxy(
      {},
      {
        get(): never {
          throw new Error('trap');
        },
      },
    );
    const { proxy, revoke } = Proxy.revocable(new Error('m'), {});
    revoke();
    for (const thrown of [new Proxy({}, handler), new Proxy(() => {}, handler), proxy]) {
      expect(toFailure(thrown, true)).toMatchObject({ code: 'ERROR', name: null, stack: null });
    }
    expect(toFailure({ errors: proxy }, true)).toMatchObject({ code: 'ERROR' });
    expect(toFailure(new Error('m', { cause: proxy }), true).message).toMatch(/^m/);
    expect(toFailure(new AggregateError([proxy]), true).code).toBe('ERROR');
  });

  it('knows an error of another realm as one', () => {
    const error: unknown = vm.runInNewContext('new RangeError("from elsewhere")');
    expect(error).not.toBeInstanceOf(Error);
    expect(toFailure(error, true)).toEqual({
      code: 'ERROR',
      message: 'from elsewhere',
      name: 'RangeError',
      stack: expect.stringMatching(/^RangeError: from elsewhere\n/),
    });
  });

  it('takes code and message of a TaskFailedError, and no stack', () => {
    const error = new TaskFailedError('EXIT', 'Exited with code 3.', {
      cause: new Error('stderr said so'),
    });
    expect(toFailure(error, true)).toEqual({
      code: 'EXIT',
      message: 'Exited with code 3.',
      name: 'TaskFailedError',
      stack: null,
    });
    const foreign = Object.assign(new Error('no'), { name: 'TaskFailedError', code: 'ENOENT' });
    expect(toFailure(foreign, false).code).toBe('ERROR');
  });

  it('makes data of anything at all, and never throws', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
    });
    const thrown = fc.oneof(
      anything,
      fc
        .record(
          {
            message: anything,
            name: anything,
            stack: anything,
            cause: anything,
            errors: anything,
            code: anything,
          },
          { requiredKeys: [] },
        )
        .map((properties) => Object.assign(new Error(), properties)),
    );
    fc.assert(
      fc.property(thrown, (value) => {
        const { code, message, name, stack } = toFailure(value, true);
        if (code !== 'ERROR' || typeof message !== 'string' || message === '')
          throw new Error(String(message));
        for (const text of [message, name, stack]) {
          if (text !== null && (Buffer.byteLength(text) > 8_192 || !text.isWellFormed()))
            throw new Error(text);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('isCausedByAbort', () => {
  const reason = new TaskAbortError('cancel', 'stop');
  const aborted = AbortSignal.abort(reason);

  it('knows the reason itself, one that was wrapped, and what Node and browsers throw', () => {
    for (const thrown of [
      reason,
      new Error('upload failed', { cause: reason }),
      new DOMException('This operation was aborted', 'AbortError'),
      new DOMException('timed out', 'TimeoutError'),
      Object.assign(new Error('The operation was aborted'), { code: 'ABORT_ERR' }),
      Object.assign(new Error('cancelled'), { name: 'AbortError' }),
      // What `signal.addEventListener('abort', reject)` rejects with.
      { type: 'abort', target: aborted },
    ]) {
      expect(isCausedByAbort(thrown, aborted)).toBe(true);
    }
  });

  it('knows it behind several causes, and in what holds nothing else', () => {
    const wrapped = new Error('w1', { cause: new Error('w2', { cause: reason }) });
    for (const thrown of [wrapped, new AggregateError([reason, wrapped])])
      expect(isCausedByAbort(thrown, aborted)).toBe(true);
    const loop = new Error('loop');
    loop.cause = loop;
    for (const thrown of [loop, new AggregateError([reason, new Error('disk is full')])])
      expect(isCausedByAbort(thrown, aborted)).toBe(false);
  });

  it('takes no other error for it', () => {
    for (const thrown of [
      new Error('disk is full'),
      'AbortError',
      null,
      undefined,
      { cause: null },
    ]) {
      expect(isCausedByAbort(thrown, aborted)).toBe(false);
    }
  });

  it('is never so while the signal has not fired', () => {
    const { signal } = new AbortController();
    expect(isCausedByAbort(new DOMException('aborted', 'AbortError'), signal)).toBe(false);
    expect(isCausedByAbort(signal.reason, signal)).toBe(false);
    expect(isCausedByAbort(undefined, signal)).toBe(false);
  });

  it('survives what cannot be read', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(isCausedByAbort(proxy, aborted)).toBe(false);
  });
});

describe('TaskAbortError', () => {
  it('has the name that code made for any AbortSignal looks for', () => {
    expect(new TaskAbortError('cancel', 'm').name).toBe('AbortError');
    expect(new TaskAbortError('shutdown', 'm').name).toBe('AbortError');
    expect(new TaskAbortError('ended', 'm').name).toBe('AbortError');
    expect(new TaskAbortError('timeout', 'm').name).toBe('TimeoutError');
  });
});
