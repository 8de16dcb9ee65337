import { PrivateKeyLines } from './private-key-lines.js';

const BEGIN = '-----BEGIN RSA PRIVATE KEY-----';
const END = '-----END RSA PRIVATE KEY-----';
const LINE = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';

function shown(lines: readonly string[]): string[] {
  const keys = new PrivateKeyLines();
  return lines.map((line) => keys.next('stdout', line));
}

describe('PrivateKeyLines', () => {
  it('hides the lines between BEGIN and END, whatever they say', () => {
    expect(shown(['before', BEGIN, 'Proc-Type: 4,ENCRYPTED', '', LINE, 'x', END, LINE])).toEqual([
      ...['before', BEGIN, '[Redacted]', '', '[Redacted]', '[Redacted]', END, LINE],
    ]);
  });

  it('knows keys with a prefix before each line, and one that begins where another ends', () => {
    expect(shown([`| ${BEGIN}`, `| ${LINE}`, `| ${END} ${BEGIN}`, LINE, END, LINE])).toEqual([
      ...[`| ${BEGIN}`, '[Redacted]', `[Redacted]${END} ${BEGIN}`, '[Redacted]', END, LINE],
    ]);
  });

  it('tells streams apart', () => {
    const keys = new PrivateKeyLines();
    keys.next('stdout task-1', BEGIN);
    expect(keys.next('stdout task-2', LINE)).toBe(LINE);
    expect(keys.next('stderr task-1', LINE)).toBe(LINE);
    expect(keys.next('stdout task-1', LINE)).toBe('[Redacted]');
    keys.forget('stdout task-1');
    expect(keys.next('stdout task-1', LINE)).toBe(LINE);
  });

  it('takes a key that is only spoken of for none', () => {
    const lines = [`No ${BEGIN} in key.pem`, LINE, `${BEGIN}${LINE}${END}`, LINE];
    expect(shown(lines)).toEqual(lines);
  });

  it('gives up after 250 lines of a key, and after 30 lines of something else', () => {
    const key = shown([BEGIN, ...Array.from({ length: 251 }, () => LINE)]);
    expect(key.filter((line) => line === '[Redacted]')).toHaveLength(250);
    expect(key.at(-1)).toBe(LINE);
    const prose = shown([BEGIN, ...Array.from({ length: 31 }, () => 'embedding 12/80')]);
    expect(prose.filter((line) => line === '[Redacted]')).toHaveLength(30);
    expect(prose.at(-1)).toBe('embedding 12/80');
  });

  it('remembers a thousand streams', () => {
    const keys = new PrivateKeyLines();
    for (let number = 1; number <= 1_001; number++) keys.next(`stdout task-${number}`, BEGIN);
    expect(keys.next('stdout task-1', LINE)).toBe(LINE);
    expect(keys.next('stdout task-2', LINE)).toBe('[Redacted]');
    expect(keys.isIdle).toBe(false);
  });
});
