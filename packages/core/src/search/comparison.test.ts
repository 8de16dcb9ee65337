import { durationTest, instantTest } from './comparison.js';

const NOW = Date.UTC(2026, 2, 15, 12);
const HOUR = 3_600_000;
const value = (text: string, quoted = false) => ({ text, quoted, at: 8 });

const instant = (text: string, at: number | string): boolean =>
  instantTest('created', value(text))(typeof at === 'string' ? Date.parse(at) : at, NOW);

const refused = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  return 'accepted';
};

describe('instantTest', () => {
  it('takes a duration for an age', () => {
    expect(instant('>2h', NOW - 2 * HOUR - 1)).toBe(true);
    expect(instant('>2h', NOW - 2 * HOUR)).toBe(false);
    expect(instant('>=2h', NOW - 2 * HOUR)).toBe(true);
    expect(instant('<2h', NOW - 2 * HOUR)).toBe(false);
    expect(instant('<2h', NOW - 2 * HOUR + 1)).toBe(true);
    expect(instant('<=2h', NOW - 2 * HOUR)).toBe(true);
    expect(instant('<2h', NOW + HOUR)).toBe(true);
  });

  it.each([
    ['>90s', 90_000],
    ['>1h30m', 5_400_000],
    ['>1.5h', 5_400_000],
    ['>1500ms', 1_500],
    ['>2D', 172_800_000],
    ['>1w', 604_800_000],
  ])('knows the units in %s', (text, ms) => {
    expect(instant(text, NOW - ms)).toBe(false);
    expect(instant(text, NOW - ms - 1)).toBe(true);
  });

  it('takes a date for the whole day', () => {
    const [before, first, last, after] = [
      '2025-12-31T23:59:59.999Z',
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T23:59:59.999Z',
      '2026-01-02T00:00:00.000Z',
    ];
    const all = (text: string) => [before, first, last, after].map((at) => instant(text, at));
    expect(all('2026-01-01')).toEqual([false, true, true, false]);
    expect(all('>2026-01-01')).toEqual([false, false, false, true]);
    expect(all('>=2026-01-01')).toEqual([false, true, true, true]);
    expect(all('<2026-01-01')).toEqual([true, false, false, false]);
    expect(all('<=2026-01-01')).toEqual([true, true, true, false]);
  });

  it('takes a time for the minute, second or millisecond that it names, in its zone or else in UTC', () => {
    expect(instant('2026-01-01T10:30', '2026-01-01T10:30:59.999Z')).toBe(true);
    expect(instant('2026-01-01T10:30', '2026-01-01T10:31:00.000Z')).toBe(false);
    expect(instant('2026-01-01T10:30:15Z', '2026-01-01T10:30:15.999Z')).toBe(true);
    expect(instant('2026-01-01T10:30:15Z', '2026-01-01T10:30:16.000Z')).toBe(false);
    expect(instant('2026-01-01t10:30:15.250z', '2026-01-01T10:30:15.250Z')).toBe(true);
    expect(instant('2026-01-01T10:30:15.25', '2026-01-01T10:30:15.251Z')).toBe(false);
    expect(instant('>2026-01-01T10:30:15.250Z', '2026-01-01T10:30:15.251Z')).toBe(true);
    expect(instant('2026-01-01T10:30+02:00', '2026-01-01T08:30:00.000Z')).toBe(true);
    expect(instant('2026-01-01T10:30-05:30', '2026-01-01T16:00:00.000Z')).toBe(true);
  });

  it('asks on which side of an age', () => {
    expect(refused(() => instant('2h', 0))).toBe(
      'INVALID_INPUT: Cannot read the search at character 9: `created` needs to be told on which side of "2h" it is. Write created:>2h for longer ago, created:<2h for since then.',
    );
  });

  it.each([
    '>',
    '>>2h',
    '=2h',
    '>2',
    '>2y',
    '>-2h',
    '>h',
    '>1e3s',
    '>1234567890s',
    '>1s1s1s1s1s1s1s',
    'yesterday',
    '2026-1-1',
    '2026-02-30',
    '2026-13-01',
    '2026-01-01T24:00',
    '2026-01-01T10',
    '2026-01-01T10:30+25:00',
    '2026-01-01T10:30:15.1234',
    '20260101',
  ])('refuses %s', (text) => {
    expect(refused(() => instant(text, 0))).toMatch(
      /^INVALID_INPUT: Cannot read the search at character 9: .* is no time to compare `created` with\. Write an age \(created:>2h/,
    );
  });

  it('takes nothing in quotes for an operator', () => {
    expect(refused(() => instantTest('created', value('>2h', true)))).toMatch(/ is no time /);
  });
});

describe('durationTest', () => {
  it('compares', () => {
    const test = (text: string, ms: number) => durationTest('duration', value(text))(ms);
    expect([test('>30s', 30_000), test('>30s', 30_001)]).toEqual([false, true]);
    expect([test('>=30s', 29_999), test('>=30s', 30_000)]).toEqual([false, true]);
    expect([test('<1h30m', 5_399_999), test('<1h30m', 5_400_000)]).toEqual([true, false]);
    expect([test('<=0.5s', 500), test('<=0.5s', 501)]).toEqual([true, false]);
  });

  it.each(['30s', '>30', '>2026-01-01', 'long'])('refuses %s', (text) => {
    expect(refused(() => durationTest('duration', value(text)))).toMatch(
      /^INVALID_INPUT: .* at character 9: .* is no length of time to compare `duration` with\. Write duration:>30s/,
    );
  });
});
