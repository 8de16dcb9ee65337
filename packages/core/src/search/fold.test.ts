import fc from 'fast-check';
import { fold } from './fold.js';

describe('fold', () => {
  it('makes the same of what differs in case or in how it is composed', () => {
    expect(fold('Köln')).toBe(fold('KO\u0308LN'));
    expect(fold('ΟΔΥΣΣΕΥΣ')).toBe(fold('οδυσσευς'));
    expect(fold('ΟΔΥΣΣΕΥΣ')).toBe('οδυσσευσ');
    expect(fold('\ud801\udc00')).toBe('\ud801\udc28');
  });

  it('keeps apart what is not the same', () => {
    expect(fold('Straße')).not.toBe(fold('Strasse'));
    expect(fold('é')).not.toBe(fold('e'));
  });

  it('needs no composing below U+0300', () => {
    for (let code = 0; code < 0x300; code++) {
      const character = String.fromCharCode(code);
      expect(fold(character)).toBe(character.normalize('NFC').toLowerCase());
    }
  });

  it('folds what is folded to itself', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('A', 'é', 'e\u0301', 'Σ', 'ς', ' ', 'ẞ') }),
        (text) => {
          expect(fold(fold(text))).toBe(fold(text));
        },
      ),
    );
  });
});
