import { ENDPOINTS } from './contract.js';
import { Problem } from './problem.js';
import { nextPageQuery, parseQuery } from './query-string.js';

const PARAMETERS = ENDPOINTS.all.query;
const DEFAULTS = {
  include_completed: true,
  limit: 50,
  status: null,
  type: null,
  tag: null,
  parent: null,
  q: null,
  cursor: null,
  view: 'documented',
};

function errorsOf(raw: string): readonly (readonly [string, string])[] {
  try {
    parseQuery(raw, PARAMETERS);
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    const { status, errors = [] } = (error as Problem).toJSON();
    expect(status).toBe(400);
    return errors.map(({ parameter, detail }) => [parameter, detail]);
  }
  throw new Error(`"${raw}" was accepted.`);
}

describe('parseQuery', () => {
  it.each([
    ['', DEFAULTS],
    ['limit=10', { ...DEFAULTS, limit: 10 }],
    ['limit=10&include_completed=False', { ...DEFAULTS, limit: 10, include_completed: false }],
    ['limit=%31%30', { ...DEFAULTS, limit: 10 }],
    ['%6cimit=10', { ...DEFAULTS, limit: 10 }],
    ['cursor=17', { ...DEFAULTS, cursor: '17' }],
    ['&&limit=10&', { ...DEFAULTS, limit: 10 }],
  ])('reads "%s"', (raw, values) => {
    expect(parseQuery(raw, PARAMETERS)).toEqual(values);
  });

  it.each([
    'wide=full',
    'limit[$gt]=',
    'limit[]=3',
    'LIMIT=3',
    'limit%00=3',
    ' limit=3',
    '+limit=3',
    '__proto__=1',
    '__proto__[limit]=1',
    'constructor[prototype][limit]=1',
    'hasOwnProperty=1',
    'x=1&x=2',
    '=5',
    '=',
  ])('ignores "%s"', (raw) => {
    expect(parseQuery(raw, PARAMETERS)).toEqual(DEFAULTS);
    expect(Object.prototype).not.toHaveProperty('limit');
  });

  it.each([
    ['limit', 'limit'],
    ['limit=', 'limit'],
    ['limit=3=4', 'limit'],
    ['limit=3+', 'limit'],
    ['include_completed=maybe', 'include_completed'],
    ['cursor=../..', 'cursor'],
    ['limit=3&limit=3', 'limit'],
    ['limit=3&%6cimit=3', 'limit'],
    ['limit=%', 'limit'],
    ['limit=%E0%A4%A', 'limit'],
    ['x=%ZZ', 'x'],
    ['%C0%AF=1', '%C0%AF'],
  ])('refuses "%s" and names %s', (raw, parameter) => {
    expect(errorsOf(raw).map(([name]) => name)).toEqual([parameter]);
  });

  it('names every parameter that is wrong', () => {
    expect(errorsOf('limit=abc&include_completed=perhaps')).toEqual([
      ['include_completed', 'Expected `include_completed` to be true or false, got "perhaps".'],
      ['limit', 'Expected `limit` to be an integer from 1 to 1000, got "abc".'],
    ]);
  });

  it('stops counting mistakes at ten', () => {
    expect(errorsOf('%=1&'.repeat(5_000))).toHaveLength(10);
  });

  it('reads a megabyte of parameters in a moment', () => {
    const raw = 'parameter=value%20of%20it&'.repeat(20_000);
    // At best: a collection of garbage may fall into any of them.
    const used = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage();
      expect(parseQuery(raw, PARAMETERS)).toEqual(DEFAULTS);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    });
    expect(Math.min(...used)).toBeLessThan(200);
  });
});

describe('nextPageQuery', () => {
  it('asks for the same with another cursor', () => {
    const values = parseQuery('limit=3&include_completed=off&cursor=9&x=%0d%0a', PARAMETERS);
    const next = nextPageQuery(values, PARAMETERS, '6');
    expect(next).toBe('include_completed=false&limit=3&cursor=6');
    expect(parseQuery(next, PARAMETERS)).toEqual({ ...values, cursor: '6' });
  });

  it('leaves out what is as it is by default', () => {
    expect(nextPageQuery(parseQuery('limit=50', PARAMETERS), PARAMETERS, '6')).toBe('cursor=6');
  });

  it('asks for the same filter and view', () => {
    const values = parseQuery('status=failed,cancelled&type=a%26b&view=full', PARAMETERS);
    const next = nextPageQuery(values, PARAMETERS, '6');
    expect(next).toBe('status=failed%2Ccancelled&type=a%26b&cursor=6&view=full');
    expect(parseQuery(next, PARAMETERS)).toEqual({ ...values, cursor: '6' });
  });
});
