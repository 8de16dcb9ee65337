import fc from 'fast-check';
import { parseSearch, quoteForSearch, type SearchTerm } from './search-syntax.js';

/** What of a term says something; places and defaults left out. */
const read = (q: string): unknown[] =>
  parseSearch(q).map(({ negated, field, path, values }) => ({
    ...(negated && { negated }),
    ...(field !== null && { field }),
    ...(path.length > 0 && { path }),
    values: values.map(({ text }) => text),
  }));

const refused = (q: string): string => {
  try {
    parseSearch(q);
  } catch (error) {
    const { code, message, details } = error as {
      code: string;
      message: string;
      details: { field: string; position: number };
    };
    expect(code).toBe('INVALID_INPUT');
    expect(details.field).toBe('q');
    expect(message).toMatch(`Cannot read the search at character ${details.position}: `);
    return message.slice('Cannot read the search at '.length);
  }
  return 'accepted';
};

describe('parseSearch', () => {
  it.each<[string, unknown[]]>([
    ['', []],
    [' \t\n ', []],
    ['timeout', [{ values: ['timeout'] }]],
    ['  two   words ', [{ values: ['two'] }, { values: ['words'] }]],
    ['"two words"', [{ values: ['two words'] }]],
    ['status:failed', [{ field: 'status', values: ['failed'] }]],
    ['Status:failed', [{ field: 'status', values: ['failed'] }]],
    ['-status:failed', [{ negated: true, field: 'status', values: ['failed'] }]],
    ['-"two words"', [{ negated: true, values: ['two words'] }]],
    ['-two', [{ negated: true, values: ['two'] }]],
    ['a-b', [{ values: ['a-b'] }]],
    ['"-a"', [{ values: ['-a'] }]],
    ['-"--force"', [{ negated: true, values: ['--force'] }]],
    ['status:failed,cancelled', [{ field: 'status', values: ['failed', 'cancelled'] }]],
    ['name:"a, b",c', [{ field: 'name', values: ['a, b', 'c'] }]],
    ['a,b', [{ values: ['a,b'] }]],
    ['type:""', [{ field: 'type', values: [''] }]],
    ['created:>2026-01-01T10:30:00Z', [{ field: 'created', values: ['>2026-01-01T10:30:00Z'] }]],
    ['command:C:\\temp', [{ field: 'command', values: ['C:\\temp'] }]],
    ['"12:30"', [{ values: ['12:30'] }]],
    ['"say \\"hi\\" to C:\\\\ and \\n"', [{ values: ['say "hi" to C:\\ and \\n'] }]],
    ['meta.user.name:Ann', [{ field: 'meta', path: ['user', 'name'], values: ['Ann'] }]],
    ['meta."user id":42', [{ field: 'meta', path: ['user id'], values: ['42'] }]],
    [
      'META.a."b.c:d".e:x,"y z"',
      [{ field: 'meta', path: ['a', 'b.c:d', 'e'], values: ['x', 'y z'] }],
    ],
    ['meta.json', [{ values: ['meta.json'] }]],
    ['nothing:here', [{ field: 'nothing', values: ['here'] }]],
    ['größe:ß', [{ field: 'größe', values: ['ß'] }]],
    ['a\u3000b', [{ values: ['a'] }, { values: ['b'] }]],
    ['\u0000 \ud800', [{ values: ['\ufffd'] }, { values: ['\ufffd'] }]],
  ])('reads %j', (q, terms) => {
    expect(read(q)).toEqual(terms);
  });

  it('says where terms and values begin, and what was in quotes', () => {
    expect(parseSearch(' a  -type:b,"c"')).toEqual<SearchTerm[]>([
      {
        negated: false,
        field: null,
        path: [],
        at: 1,
        values: [{ text: 'a', quoted: false, at: 1 }],
      },
      {
        negated: true,
        field: 'type',
        path: [],
        at: 4,
        values: [
          { text: 'b', quoted: false, at: 10 },
          { text: 'c', quoted: true, at: 12 },
        ],
      },
    ]);
  });

  it.each<[string, string]>([
    ['status:', 'character 8: there is no value behind the `:`. Write it right behind, without'],
    ['a status: failed', 'character 10: there is no value behind the `:`. '],
    ['status:failed,', 'character 15: a value is missing behind the `,`. '],
    ['status:,failed', 'character 8: there is no value behind the `:`. '],
    ['status:failed,,x', 'character 15: a value is missing behind the `,`. '],
    ['type:ingest "two words', 'character 13: the quote is never closed. '],
    ['name:"a\\"', 'character 6: the quote is never closed. '],
    ['"', 'character 1: the quote is never closed. '],
    ['a -', 'character 3: `-` has nothing behind it. '],
    ['- a', 'character 1: `-` has nothing behind it. '],
    ['--force', 'character 1: a term begins with `--`. Put the text in quotes: "--force" to find'],
    [':failed', 'character 1: there is no field before the `:`. To find the text, quote it.'],
    ['-:failed', 'character 2: there is no field before the `:`. '],
    ['5" pipes', 'character 2: there is a `"` inside of a word. '],
    ['name:5"', 'character 7: there is a `"` inside of a word. '],
    ['"a"b', 'character 4: "b" follows a closing quote. '],
    ['"a""b"', 'character 4: "\\"" follows a closing quote. '],
    ['"a":b', 'character 4: ":" follows a closing quote. '],
    ['name:"a"😀', 'character 9: "😀" follows a closing quote. '],
    ['meta.:x', 'character 6: a key is missing. '],
    ['meta.a..b:x', 'character 8: a key is missing. '],
    ['meta."a b"', 'character 11: there is no `:` behind the key. '],
    ['meta."a"b:x', 'character 9: there is no `:` behind the key. '],
    ['meta.a"b":x', 'character 7: there is no `:` behind the key. '],
  ])('refuses %j', (q, message) => {
    expect(refused(q)).toMatch(message);
  });

  it('takes 1,000 characters and refuses one more, whatever follows', () => {
    expect(parseSearch('a'.repeat(1_000))).toHaveLength(1);
    expect(refused('a'.repeat(1_001))).toBe(
      'character 1001: it is 1001 characters long, and 1000 are the most. Leave something out.',
    );
    const megabyte = '"\\'.repeat(524_288);
    const usage = process.cpuUsage();
    for (let call = 0; call < 100; call++) expect(refused(megabyte)).toMatch(/^character 1001: /);
    expect(process.cpuUsage(usage).user / 1_000).toBeLessThan(2_000);
  });

  it('takes 32 terms and values, and refuses one more at its place', () => {
    expect(parseSearch('a '.repeat(32))).toHaveLength(32);
    expect(refused('a '.repeat(33))).toMatch(
      'character 65: it has more than 32 terms and values. Leave some out.',
    );
    expect(refused(`type:${'a,'.repeat(32)}b`)).toMatch('character 70: it has more than 32 ');
  });

  it('refuses what is no text as a wrong option', () => {
    for (const q of [null, 5, {}, ['a']]) {
      expect(() => parseSearch(q as unknown as string)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTIONS' }),
      );
    }
  });

  it('reads any text, or refuses it as INVALID_INPUT at a place in it or at its end', () => {
    const pieces = fc.constantFrom('"', '\\', ':', ',', '-', '.', ' ', 'meta.', 'type:', 'a', 'é');
    const texts = fc.array(fc.oneof({ weight: 9, arbitrary: pieces }, fc.string()), {
      maxLength: 40,
    });
    const seen = { read: 0, refused: 0 };
    fc.assert(
      fc.property(texts, (parts) => {
        const q = parts.join('');
        try {
          for (const { at } of parseSearch(q)) expect(at).toBeLessThan(q.length);
          seen.read++;
        } catch (error) {
          const { code, details } = error as { code: string; details: { position: number } };
          expect(code).toBe('INVALID_INPUT');
          expect(details.position).toBeGreaterThanOrEqual(1);
          expect(details.position).toBeLessThanOrEqual(q.length + 1);
          seen.refused++;
        }
      }),
      { numRuns: 5_000 },
    );
    expect(seen.read).toBeGreaterThan(100);
    expect(seen.refused).toBeGreaterThan(100);
  });
});

describe('quoteForSearch', () => {
  it('makes any text one value, and free text, that stands for itself', () => {
    const words = fc
      .string({ unit: 'binary', maxLength: 40 })
      .map((text) => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(words, words, words, (name, key, text) => {
        const q = `name:${quoteForSearch(name)},x -meta.${quoteForSearch(key)}:1 ${quoteForSearch(text)}`;
        expect(read(q)).toEqual([
          { field: 'name', values: [name, 'x'] },
          { negated: true, field: 'meta', path: [key], values: ['1'] },
          { values: [text] },
        ]);
      }),
      { numRuns: 2_000 },
    );
  });
});
