import { readParameter, wrongParameter } from './parameter.js';

const BOOLEAN = { type: 'boolean', default: true, description: '' } as const;
const INTEGER = { type: 'integer', default: 50, min: 1, max: 1_000, description: '' } as const;
const CURSOR = { type: 'cursor', default: null, description: '' } as const;

describe('readParameter', () => {
  it.each(['true', '1', 'yes', 'on', 'True', 'TRUE', 'YES', 'On'])('reads "%s" as true', (text) => {
    expect(readParameter(BOOLEAN, text)).toBe(true);
  });

  it.each(['false', '0', 'no', 'off', 'False', 'FALSE', 'nO', 'OFF'])(
    'reads "%s" as false',
    (text) => {
      expect(readParameter(BOOLEAN, text)).toBe(false);
    },
  );

  it.each(['', '2', 'maybe', 'null', 'true ', ' true', 'constructor'])(
    'reads "%s" as no boolean',
    (text) => {
      expect(readParameter(BOOLEAN, text)).toBeUndefined();
    },
  );

  it.each([
    ['1', 1],
    ['1000', 1_000],
    ['007', 7],
  ])('reads "%s" as an integer', (text, value) => {
    expect(readParameter(INTEGER, text)).toBe(value);
  });

  it.each([
    '',
    '0',
    '1001',
    '-1',
    '+1',
    '1.0',
    '1e2',
    '0x10',
    '1_0',
    ' 1',
    '1 ',
    'NaN',
    'Infinity',
    '[]',
    '{}',
    '١',
    '1'.repeat(400),
    '0'.repeat(10_000) + '1',
  ])('reads "%.20s" as no integer from 1 to 1000', (text) => {
    expect(readParameter(INTEGER, text)).toBeUndefined();
  });

  it('reads the number of a task as a cursor', () => {
    expect(readParameter(CURSOR, '4711')).toBe('4711');
  });

  it.each(['', '0', '-1', '1.5', 'abc', '9'.repeat(16)])('reads "%s" as no cursor', (text) => {
    expect(readParameter(CURSOR, text)).toBeUndefined();
  });
});

describe('wrongParameter', () => {
  it('says what was expected and what was given', () => {
    expect(wrongParameter('limit', INTEGER, 'abc')).toBe(
      'Expected `limit` to be an integer from 1 to 1000, got "abc".',
    );
  });

  it('shows no more than 100 characters of what was given', () => {
    expect(wrongParameter('limit', INTEGER, 'x'.repeat(5_000)).length).toBeLessThan(200);
  });
});
