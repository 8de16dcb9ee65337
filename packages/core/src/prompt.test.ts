import { attempt, isComing } from './prompt.js';

describe('isComing', () => {
  it('tells an answer that is there from one that will be', () => {
    expect(isComing({ outcome: 'applied' })).toBe(false);
    expect(isComing(null)).toBe(false);
    expect(isComing(Promise.resolve({ outcome: 'applied' }))).toBe(true);
  });
});

describe('attempt', () => {
  it('hands on what is answered at once', () => {
    expect(attempt(() => 'registered')).toBe('registered');
  });

  it('rejects with what is thrown at once', async () => {
    const thrown = new Error('closed');
    const answer = attempt(() => {
      throw thrown;
    });
    await expect(answer).rejects.toBe(thrown);
  });
});
