import { timeSlices } from './event-loop.js';

function workFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('timeSlices', () => {
  it('lets other work in while a long loop runs', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const nextSlice = timeSlices();
    for (let piece = 0; piece < 40; piece++) {
      workFor(2);
      await nextSlice();
    }
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  it('throws the reason as soon as the work is aborted', async () => {
    const aborted = new AbortController();
    const nextSlice = timeSlices(aborted.signal);
    await nextSlice();
    aborted.abort(new Error('superseded'));
    await expect(nextSlice()).rejects.toThrow('superseded');
  });
});
