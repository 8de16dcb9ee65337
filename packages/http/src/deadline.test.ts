import { Deadline } from './deadline.js';

const late = (): Error => new Error('late');
const never = new Promise<never>(() => {});

describe('Deadline', () => {
  it('comes to what the work comes to', async () => {
    const deadline = new Deadline(60_000);
    expect(await deadline.of(Promise.resolve(1), late)).toBe(1);
    await expect(deadline.of(Promise.reject(new Error('x')), late)).rejects.toThrow('x');
  });

  it('rejects when the time is over', async () => {
    await expect(new Deadline(1).of(never, late)).rejects.toThrow('late');
  });

  it('gives each work its own time, and ends it in the order in which it began', async () => {
    const deadline = new Deadline(20);
    const began = performance.now();
    const ends: (readonly [string, number])[] = [];
    const ended = (name: string) => (error: Error) =>
      void ends.push([`${name} is ${error.message}`, performance.now() - began]);
    const first = deadline.of(never, late).catch(ended('first'));
    const done = deadline.of(Promise.resolve('done'), late);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const secondBegan = performance.now() - began;
    const second = deadline.of(never, late).catch(ended('second'));
    expect(await done).toBe('done');
    await Promise.all([first, second]);
    expect(ends.map(([what]) => what)).toEqual(['first is late', 'second is late']);
    expect(ends[0]?.[1]).toBeGreaterThanOrEqual(20);
    expect(ends[1]?.[1]).toBeGreaterThanOrEqual(secondBegan + 20);
  });

  it('serves what comes when nothing has been under way for a while', async () => {
    const deadline = new Deadline(1);
    await expect(deadline.of(never, late)).rejects.toThrow('late');
    await expect(deadline.of(never, late)).rejects.toThrow('late');
  });

  it('ignores what becomes of the work afterwards', async () => {
    let fail = (_error: Error): void => {};
    const work = new Promise<never>((_, reject) => {
      fail = reject;
    });
    await expect(new Deadline(1).of(work, late)).rejects.toThrow('late');
    fail(new Error('nobody listens any more'));
    await expect(work).rejects.toThrow('nobody');
  });
});
