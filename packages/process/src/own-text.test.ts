import { ownText } from './own-text.js';

describe('ownText', () => {
  it('is the same text', () => {
    expect(ownText('a 日本語 👩‍💻')).toBe('a 日本語 👩‍💻');
  });
});
