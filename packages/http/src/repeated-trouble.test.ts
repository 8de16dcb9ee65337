import { Problem } from './problem.js';
import { RepeatedTrouble } from './repeated-trouble.js';

describe('RepeatedTrouble', () => {
  it('is news once for each cause, until all is well', () => {
    const trouble = new RepeatedTrouble();
    const away = (ms: number) => Object.assign(new Error(`away for ${ms} ms`), { code: 'AWAY' });
    expect([away(1), away(2), new Error('away'), new Error('away'), away(3)].map(isNews)).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
    trouble.end();
    expect(isNews(away(4))).toBe(true);

    function isNews(error: Error): boolean {
      return trouble.isNews(error);
    }
  });

  it('tells problems apart by their code', () => {
    const trouble = new RepeatedTrouble();
    expect(trouble.isNews(new Problem('TOO_MANY_STREAMS'))).toBe(true);
    expect(trouble.isNews(new Problem('STORE_UNAVAILABLE'))).toBe(true);
    expect(trouble.isNews(new Problem('TOO_MANY_STREAMS'))).toBe(false);
  });

  it.each([undefined, null, 'away', 7, {}])('takes whatever was thrown: %j', (thrown) => {
    const trouble = new RepeatedTrouble();
    expect([trouble.isNews(thrown), trouble.isNews(thrown)]).toEqual([true, false]);
  });

  it('does not keep causes without end', () => {
    const trouble = new RepeatedTrouble();
    const news = Array.from({ length: 200 }, (_, index) => trouble.isNews(new Error(`${index}`)));
    expect(news.filter((is) => is)).toHaveLength(100);
  });
});
