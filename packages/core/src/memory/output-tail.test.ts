import { OutputTail } from './output-tail.js';

const lines = (...texts: readonly string[]) =>
  texts.map((text) => ({ stream: 'log' as const, text, at: 1_000 }));

describe('OutputTail', () => {
  it('numbers lines from 1, and reads on after any of them', () => {
    const tail = new OutputTail();
    expect(tail.lastNumber).toBe(0);
    tail.append(lines('one', 'two'));
    tail.append([{ stream: 'stderr', text: 'three', at: 2_000 }]);
    expect(tail.lastNumber).toBe(3);
    expect(tail.after(1)).toEqual([
      { stream: 'log', text: 'two', at: 1_000, number: 2 },
      { stream: 'stderr', text: 'three', at: 2_000, number: 3 },
    ]);
    expect(tail.after(3)).toEqual([]);
    expect(tail.after(99)).toEqual([]);
  });

  it('keeps the newest 200 lines, and goes on counting', () => {
    const tail = new OutputTail();
    for (let number = 1; number <= 1_000; number++) tail.append(lines(`line ${number}`));
    const kept = tail.after(0);
    expect(kept).toHaveLength(200);
    expect(kept[0]).toMatchObject({ text: 'line 801', number: 801 });
    expect(tail.lastNumber).toBe(1_000);
  });

  it('keeps the newest 65,536 bytes, counted as UTF-8', () => {
    const tail = new OutputTail();
    tail.append(lines('a', 'é'.repeat(32_767)));
    expect(tail.after(0)).toHaveLength(2);
    tail.append(lines('bc'));
    expect(tail.after(0).map(({ number }) => number)).toEqual([2, 3]);
    tail.append(lines('d'));
    expect(tail.after(0).map(({ number }) => number)).toEqual([3, 4]);
  });

  it('cuts a line that is longer than all that is kept', () => {
    const tail = new OutputTail();
    tail.append(lines('x'.repeat(1_000_000)));
    expect(tail.after(0)[0]?.text).toBe(`${'x'.repeat(65_533)}…`);
    tail.append(lines('y'));
    expect(tail.after(0).map(({ text }) => text)).toEqual(['y']);
  });

  it('takes any number of lines at once', () => {
    const tail = new OutputTail();
    const added = tail.append(lines(...new Array<string>(100_000).fill('x'), 'last'));
    expect(added).toHaveLength(100_001);
    tail.append(new Array(300_000).fill({ stream: 'log', text: 'z', at: 1 }));
    expect(tail.after(0)).toHaveLength(200);
    expect(tail.lastNumber).toBe(400_001);
  });

  it('replaces what no database can hold', () => {
    const tail = new OutputTail();
    expect(tail.append(lines('a\u0000\ud800'))[0]?.text).toBe('a\ufffd\ufffd');
  });
});
