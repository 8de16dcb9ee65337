import { jest } from '@jest/globals';
import type { LogLine } from '@task-monitor/core';
import { OutputLog } from './output-log.js';

describe('OutputLog', () => {
  let batches: (readonly LogLine[])[];
  let written: (() => void)[];
  let log: OutputLog;

  beforeEach(() => {
    jest.useFakeTimers();
    batches = [];
    written = [];
    log = new OutputLog((lines) => {
      batches.push(lines);
      return new Promise((resolve) => written.push(resolve));
    });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const add = (count: number, text = 'line') => {
    const lines = Array.from({ length: count }, (_, index) => `${text} ${index + 1}`);
    while (lines.length > 0) log.add('stdout', lines.splice(0, 700));
  };
  const texts = (batch = batches.at(-1)) =>
    (batch as readonly { text: string }[]).map((line) => line.text);
  const store = async () => {
    written.shift()?.();
    await jest.advanceTimersByTimeAsync(0);
  };

  it('writes lines together, within 200 ms', async () => {
    jest.setSystemTime(1_000);
    log.add('stdout', ['a']);
    await jest.advanceTimersByTimeAsync(150);
    log.add('stderr', ['b']);
    expect(batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(50);
    expect(batches).toEqual([
      [
        { stream: 'stdout', text: 'a', at: 1_000 },
        { stream: 'stderr', text: 'b', at: 1_150 },
      ],
    ]);
  });

  it('writes a hundred lines without that wait, but no more often than every 50 ms', async () => {
    add(100);
    await jest.advanceTimersByTimeAsync(1);
    expect(texts()).toHaveLength(100);
    await store();
    add(100);
    await jest.advanceTimersByTimeAsync(40);
    expect(batches).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(10);
    expect(batches).toHaveLength(2);
  });

  it('keeps the last 200 lines of a flood, and says that there were more', async () => {
    add(10_000);
    await jest.advanceTimersByTimeAsync(0);
    expect(texts()).toHaveLength(201);
    expect(texts().slice(0, 2)).toEqual(['… 9800 lines left out …', 'line 9801']);
    expect(texts().at(-1)).toBe('line 10000');
  });

  it('says so of a single one, too', async () => {
    add(201);
    await jest.advanceTimersByTimeAsync(0);
    expect(texts()[0]).toBe('… 1 line left out …');
  });

  it('writes one batch at a time, and the last lines when a slow store answers', async () => {
    add(100);
    await jest.advanceTimersByTimeAsync(1);
    add(1_000, 'later');
    await jest.advanceTimersByTimeAsync(5_000);
    expect(batches).toHaveLength(1);
    await store();
    await jest.advanceTimersByTimeAsync(50);
    expect(batches).toHaveLength(2);
    expect(texts().at(-1)).toBe('later 1000');
  });

  it('has written everything when its end resolves', async () => {
    add(100);
    await jest.advanceTimersByTimeAsync(1);
    add(3, 'last');
    let ended = false;
    const end = log.end().then(() => (ended = true));
    await store();
    expect(ended).toBe(false);
    expect(texts()).toEqual(['last 1', 'last 2', 'last 3']);
    await store();
    await end;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(batches).toHaveLength(2);
  });
});
