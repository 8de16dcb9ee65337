import { searchTermsOf, wordsOf } from './words.js';

describe('wordsOf', () => {
  it.each([
    ['The Bell Rock, 1811!', ['the', 'bell', 'rock', '1811']],
    ["Stevenson’s crew and Watt's crane", ['stevenson', 'crew', 'and', 'watt', 'crane']],
    ['naïve CAFÉ ＡＢＣ ﬁre', ['naive', 'cafe', 'abc', 'fire']],
    ["L'été n’est pas", ['l', 'ete', 'n', 'est', 'pas']],
    ['Ёлка и маяк', ['елка', 'и', 'маяк']],
    ['مُنَارَة البحر', ['منارة', 'البحر']],
    ['ガラス', ['ガラス']],
    ['हिन्दी में', ['हिन्दी', 'में']],
    ['__proto__ C3PO', ['proto', 'c3po']],
    ['… — !', []],
  ])('reads %s', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it('finds words where a script has no spaces', () => {
    expect(wordsOf('日本語の映画を見る')).toEqual(['日本語', 'の', '映画', 'を', '見る']);
    expect(wordsOf('กรุงเทพมหานครเป็นเมือง').length).toBeGreaterThan(1);
  });
});

describe('searchTermsOf', () => {
  it('names each word once', () => {
    expect(searchTermsOf('the sea, the sea')).toEqual(['the', 'sea']);
  });

  it('adds pairs of characters where a script has no spaces, also across words', () => {
    expect(searchTermsOf('東京都')).toEqual(expect.arrayContaining(['東京', '京都']));
    expect(searchTermsOf('映画を')).toContain('画を');
    expect(searchTermsOf('映画 を')).not.toContain('画を');
    expect(searchTermsOf('東京tokyo')).toEqual(['東京', 'tokyo']);
    expect(searchTermsOf('harbour')).toEqual(['harbour']);
  });
});
