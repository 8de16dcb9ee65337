import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import express5 from 'express';
import express4 from 'express4';
import { taskRouter } from '../src/index.js';

const WRONG: readonly (readonly [string, unknown, RegExp])[] = [
  ['readOnly', 'yes', /`readOnly` to be true or false, got "yes" \(string\)/],
  ['authorize', true, /`authorize` to be a function/],
  ['onError', 'console', /`onError` to be a function/],
  ['timestamps', 'iso', /`timestamps` to be "rfc3339" or "documented"/],
  ['at', '/my tasks', /`at` to be a path such as "\/tasks"/],
  ['at', null, /`at`/],
  ['requestTimeoutMs', '5s', /`requestTimeoutMs` to be a .*number of milliseconds/],
  ['requestTimeoutMs', 0, /`requestTimeoutMs`/],
  ['requestTimeoutMs', -1, /`requestTimeoutMs`/],
  ['requestTimeoutMs', NaN, /`requestTimeoutMs`/],
  ['requestTimeoutMs', Infinity, /`requestTimeoutMs`/],
  ['allowedHosts', 'localhost', /`allowedHosts`/],
  ['allowedHosts', [7], /`allowedHosts`/],
  ['allowedOrigins', 'https://admin.example.org', /`allowedOrigins`/],
  ['allowedOrigins', [null], /`allowedOrigins`/],
];

describe('the options of taskRouter', () => {
  const monitor = new TaskMonitor();

  it.each(WRONG)('refuse a wrong %s: %p', (name, value, message) => {
    const make = () => taskRouter(monitor, { [name]: value });
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
    expect(make).toThrow(message);
  });

  it('refuse a name that there is not, and tell the nearest', () => {
    const make = () => taskRouter(monitor, { readonly: true } as object);
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
    expect(make).toThrow(/no option `readonly`\. Did you mean `readOnly`\?/);
  });

  it.each([null, 'x', 7, []])('refuse %p in place of options', (options) => {
    const make = () => taskRouter(monitor, options as object);
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });

  it('take every option, and undefined for any', () => {
    taskRouter(monitor, {
      authorize: () => true,
      readOnly: true,
      allowedHosts: ['tasks.example.com'],
      allowedOrigins: ['https://admin.example.org'],
      at: '/api/tasks',
      timestamps: 'documented',
      requestTimeoutMs: 1_000,
      onError: () => {},
    });
    taskRouter(monitor, { readOnly: undefined, timestamps: undefined } as object);
  });
});

describe('the type of taskRouter', () => {
  it('is a handler of both versions of Express', () => {
    const router = taskRouter(new TaskMonitor());
    const handler4: express4.RequestHandler = router;
    const handler5: express5.RequestHandler = router;
    express4().use(router).use('/tasks', router).use('/a', handler4, router);
    express5().use(router).use('/tasks', router).use('/a', handler5, router);
    express4.Router().use('/tasks', router);
    express5.Router().use('/tasks', router);
    expect(handler4).toBe(handler5);
  });
});
