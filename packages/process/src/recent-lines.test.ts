import { RecentLines } from './recent-lines.js';

function recent(limits: { lines: number; bytes: number }, ...texts: readonly string[]) {
  const lines = new RecentLines<{ text: string }>(limits);
  for (const text of texts) lines.add({ text });
  return lines;
}

describe('RecentLines', () => {
  it('keeps the newest lines', () => {
    const lines = recent({ lines: 2, bytes: 100 }, 'a', 'b', 'c', 'd', 'e', 'f', 'g');
    expect(lines.count).toBe(2);
    expect(lines.take()).toEqual([{ text: 'f' }, { text: 'g' }]);
  });

  it('keeps no more bytes than it may', () => {
    expect(recent({ lines: 10, bytes: 6 }, 'aaa', 'é', 'bbb').take()).toEqual([
      { text: 'é' },
      { text: 'bbb' },
    ]);
  });

  it('keeps the newest line even if it alone is too large', () => {
    expect(recent({ lines: 10, bytes: 3 }, 'a', 'long line').take()).toEqual([
      { text: 'long line' },
    ]);
  });

  it('begins anew after its lines were taken', () => {
    const lines = recent({ lines: 1, bytes: 100 }, 'a', 'b');
    lines.take();
    expect(lines.take()).toEqual([]);
    lines.add({ text: 'c' });
    expect(lines.count).toBe(1);
  });
});
