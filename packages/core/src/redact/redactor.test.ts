import fc from 'fast-check';
import { toJson } from '../json.js';
import { Redactor } from './redactor.js';

const redactor = new Redactor();
const METADATA = { name: 'metadata', maxBytes: 65_536 };

/** Runs of one thing, each at its worst for one of the rules. */
const ADVERSARIAL: readonly string[] = [
  ...['a', 'A', ' ', '=', ':', '-', '"', "'", '\\', 'é', 'b', 'a-', 'a.', 'a@', '- '],
  ...['eyJ', 'eyJ-', 'eyJa.', 'SG.', 'sk-', 'ghp_', 'xoxb-', 'AKIA', '%20eyJ'],
  ...['://a:', '://a:b', '://a:b/', 'Bearer ', 'Basic a', 'curl -u a:b ', '--token '],
  ...['password=', 'password="', "password='", 'password: ', 'password=a,', 'password=a&b'],
  ...['token=\\"', 'token={a}', 'token=[Redacted]', 'token=f[', 'session=', 'session="a b', 'sid:'],
  ...['api key: ', "'Cookie: a=b; ", 'Authorization: Digest ', `${'A'.repeat(99)} `],
  ...[
    "'token', 'a",
    "'token',",
    'name: token value: ',
    'name="token" value=',
    '<token>',
    '<token>a</',
  ],
  ...[
    '<token ',
    'mysql -p',
    ' -p x',
    'docker login ',
    'sshpass -p "',
    'configure set a_key ',
    'a_key=a1',
  ],
  ...['\u001b[33mtoken\u001b[0m: ', '\u001b[', "auth=('a','", 'token("', '?key=a1', '/bot12345:a'],
  ...['://a1b2c3d4e5f6a7b8c9', 'pa-a1B', '12345678:AA', 'curl -sSu a:'],
  ...['-----BEGIN ', '-----BEGIN PRIVATE KEY-----', 'AAAA\n-----END PRIVATE KEY-----'],
];

describe('Redactor', () => {
  it('returns a text without secrets as the same string', () => {
    expect(redactor.text('Processing video segments...', 'progress')).toBe(
      'Processing video segments...',
    );
    expect(redactor.text('', 'progress')).toBe('');
  });

  it.each(ADVERSARIAL)('takes time in proportion to the length of a text of %j', (part) => {
    const text = `password=x Bearer ${part.repeat(Math.ceil((1 << 20) / part.length))}`;
    const before = process.cpuUsage();
    redactor.text(text, 'output');
    const { user, system } = process.cpuUsage(before);
    // A tenth of a second of the processor at most on most machines; in proportion to the square, it would be minutes.
    expect((user + system) / 1_000).toBeLessThan(3_000);
  });

  it('changes nothing in what it has changed, whatever that was', () => {
    const piece = fc.constantFrom(
      ...['password', 'token', 'apiKey', '=', ': ', '"', "'", ' ', '\n', ',', '&', '{', '}', '--'],
      ...[
        'hunter2',
        'a1b2c3d4e5',
        'https://a:b@c/',
        'Bearer ',
        'Authorization',
        'Cookie: a=b',
        '\\',
      ],
      ...['-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----', 'curl -u a:b', 'session'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const once = redactor.text(pieces.join(''), 'output');
        expect(redactor.text(once, 'output')).toBe(once);
      }),
      { numRuns: 3_000 },
    );
  });

  it('cuts after it has redacted, so that no half of a secret stays', () => {
    const token = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
    for (let before = 60; before <= 110; before++) {
      const kept = redactor.bounded(`${'x'.repeat(before - 1)} ${token} end`, 100, 'error');
      expect(kept).not.toMatch(/ghp_|a1B2/);
      expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(100);
    }
  });

  it('looks at the beginning of a very long text only, and keeps nothing of its ragged end', () => {
    const line = `password=${'s3cr3t'.repeat(30)}\n`;
    const kept = redactor.bounded(line.repeat(600_000), 8_192, 'error');
    expect(kept.replaceAll('password=[Redacted]\n', '')).toMatch(/^(?:p[asword=Redct[\]]*)?…$/);
    expect(redactor.bounded('x'.repeat(100_000_000), 100, 'error')).toBe(`${'x'.repeat(97)}…`);
  });

  it('changes nothing when it is off', () => {
    const off = new Redactor(false);
    expect(off.text('password=hunter2', 'output')).toBe('password=hunter2');
    expect(toJson({ password: 'hunter2' }, METADATA, off)).toEqual({ password: 'hunter2' });
  });

  it('knows more keys, however they are written, as whole words', () => {
    const more = new Redactor({ keys: ['iban', 'customer number'] });
    const data = { IBAN: 'DE89', customerNumber: 'K-5', customer: 'Ada', libani: 'x', number: '5' };
    expect(toJson(data, METADATA, more)).toEqual({
      IBAN: '[Redacted]',
      customerNumber: '[Redacted]',
      customer: 'Ada',
      libani: 'x',
      number: '5',
    });
    expect(more.text('--iban DE89 --customer-number=K-5', 'command')).toBe(
      '--iban [Redacted] --customer-number=[Redacted]',
    );
    expect(more.text('iban: DE89', 'output')).toBe('iban: [Redacted]');
  });

  it('leaves keys that are allowed, and no others', () => {
    const fewer = new Redactor({ allow: ['session id', 'token'] });
    const data = { sessionId: 'a', session_id: 'b', token: 'c', accessToken: 'd', password: 'e' };
    expect(toJson(data, METADATA, fewer)).toEqual({
      ...data,
      accessToken: '[Redacted]',
      password: '[Redacted]',
    });
    expect(fewer.text('token=a1b2c3', 'output')).toBe('token=a1b2c3');
  });

  it('hides what matches a pattern, every time, with or without its flag g', () => {
    const sticky = /K-\d+/y;
    const own = new Redactor({ patterns: [sticky, /iban \w+/gi, /z*/] });
    expect(own.text('K-1 K-22, IBAN DE89', 'progress')).toBe('[Redacted] [Redacted], [Redacted]');
    expect(own.text('K-1', 'progress')).toBe('[Redacted]');
    expect(toJson({ 'K-1': ['K-2'] }, METADATA, own)).toEqual({ '[Redacted]': ['[Redacted]'] });
    expect(sticky.lastIndex).toBe(0);
  });

  it('hides all that stands at a path, numbers too', () => {
    const own = new Redactor({ paths: ['metadata.customer.iban', 'metadata.users.*.phone'] });
    const data = {
      iban: 'stays',
      customer: { iban: { country: 'DE', digits: 89 }, name: 'Ada' },
      users: [{ phone: 5, name: 'Ada' }, { phone: 'x' }],
    };
    expect(toJson(data, METADATA, own)).toEqual({
      iban: 'stays',
      customer: { iban: '[Redacted]', name: 'Ada' },
      users: [{ phone: '[Redacted]', name: 'Ada' }, { phone: '[Redacted]' }],
    });
    expect(toJson(data, { ...METADATA, name: 'result' }, own)).toEqual(data);
  });

  it('asks `replace` last, with the field', () => {
    const calls: string[] = [];
    const own = new Redactor({
      replace: (text, { field }) => {
        calls.push(`${field}: ${text}`);
        return text.toUpperCase();
      },
    });
    expect(own.text('password=hunter2', 'progress')).toBe('PASSWORD=[REDACTED]');
    expect(calls).toEqual(['progress: password=[Redacted]']);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('out of order');
      },
    ],
    ['answers with no string', () => undefined],
    ['answers with a promise', () => Promise.resolve('x')],
  ])('keeps nothing of a text for which `replace` %s, and tells', (_, replace) => {
    const told: string[] = [];
    const own = new Redactor({ replace: replace as () => string }, (error, where) => {
      told.push(`${where}: ${(error as Error).message}`);
      // Telling passes texts through the same rules; that does not go round in circles.
      expect(own.text('a text of the report', 'error')).toBe('[RedactionFailed]');
    });
    expect(own.text('raw', 'progress')).toBe('[RedactionFailed]');
    expect(own.bounded('raw'.repeat(100_000), 100, 'error')).toBe('[RedactionFailed]');
    expect(toJson(['raw'], METADATA, own)).toEqual(['[RedactionFailed]']);
    expect(told.map((line) => line.split(':')[0])).toEqual([
      'redacting progress',
      'redacting error',
      'redacting metadata',
    ]);
  });
});
