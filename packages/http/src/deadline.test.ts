import { withDeadline } from './deadline.js';

const late = (): Error => new Error('late');
const never = new Promise<never>(() => {});

describe('withDeadline', () => {
  it('comes to what the work comes to', async () => {
    expect(await withDeadline(Promise.resolve(1), 60_000, late)).toBe(1);
    await expect(withDeadline(Promise.reject(new Error('x')), 60_000, late)).rejects.toThrow('x');
  });

  it('rejects when the time is over', async () => {
    await expect(withDeadline(never, 1, late)).rejects.toThrow('late');
  });

  it('ignores what becomes of the work afterwards', async () => {
    let fail = (_error: Error): void => {};
    const work = new Promise<never>((_, reject) => {
      fail = reject;
    });
    await expect(withDeadline(work, 1, late)).rejects.toThrow('late');
    fail(new Error('nobody listens any more'));
    await expect(work).rejects.toThrow('nobody');
  });
});
