import { detectLanguage, languageInFileName, languageName, languageTag } from './language.js';

describe('languageInFileName', () => {
  it.each([
    ['film.fr.vtt', 'fr'],
    ['elephants-dream.descriptions.en.vtt', 'en'],
    ['film.pt-BR.sdh.srt', 'pt-BR'],
    ['film.zh_Hans.vtt', 'zh-Hans'],
    ['naïve film.FR.vtt', 'fr'],
    ['film.vtt', undefined],
    ['en.vtt', undefined],
    ['film.new.vtt', undefined],
    ['film.the sequel.vtt', undefined],
    ['film.xx.vtt', undefined],
  ])('reads %s as %s', (name, language) => {
    expect(languageInFileName(name)).toBe(language);
  });
});

describe('languageTag', () => {
  it('writes three-letter codes in their usual short form', () => {
    expect(languageTag('eng')).toBe('en');
    expect(languageTag('jpn')).toBe('ja');
  });
});

describe('detectLanguage', () => {
  it.each([
    ['en', 'The old man shoves the younger one on the ground to save him from being mowed down.'],
    ['fr', "Le gardien du phare monte chaque soir allumer la lampe, et redescend à l'aube."],
    ['de', 'Der Leuchtturmwärter steigt jeden Abend hinauf und zündet die Lampe an.'],
    ['ja', '印刷された一枚の紙はあまりに身近で、誰かが発明したものだとはつい忘れてしまいます。'],
    ['ru', 'Смотритель маяка каждый вечер поднимается наверх и зажигает лампу.'],
    ['ar', 'يصعد حارس المنارة كل مساء ليشعل المصباح ثم ينزل عند الفجر.'],
  ])('recognises %s', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });

  it('does not guess from a few words', () => {
    expect(detectLanguage('Prologue')).toBe('und');
  });
});

describe('languageName', () => {
  it('names a language in English', () => {
    expect(languageName('ja')).toBe('Japanese');
    expect(languageName('pt-BR')).toBe('Brazilian Portuguese');
  });
});
