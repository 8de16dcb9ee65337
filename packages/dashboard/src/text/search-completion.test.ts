import { describe, expect, it } from '@jest/globals';
import { complete, completionsAt, type KnownValues } from './search-completion.js';

const known: KnownValues = {
  types: ['ingest', 'ocr.pdf', 'night run'],
  tags: ['tenant:acme', 'tenant:globex'],
  keys: [['pages'], ['user', 'name'], ['user.id']],
};

describe('completionsAt', () => {
  it('offers every field where a term can begin', () => {
    expect(labels('|')).toHaveLength(15);
    expect(labels('status:failed |')).toHaveLength(15);
    expect(labels('|')[0]).toBe('status:');
  });

  it('offers the fields that begin like this', () => {
    expect(labels('st|')).toEqual(['status:', 'started:']);
    expect(labels('-Ta|')).toEqual(['tag:']);
  });

  it('offers values whose field was not thought of', () => {
    expect(labels('fail|')).toEqual(['status:failed']);
    expect(labels('nig|')).toEqual(['type:"night run"']);
    expect(labels('ten|')).toEqual(['tag:tenant:acme', 'tag:tenant:globex']);
  });

  it('offers nothing within a text in quotes', () => {
    expect(labels('"st|')).toEqual([]);
  });

  it('offers the five statuses, and of several only the others', () => {
    expect(labels('status:|')).toEqual(['running', 'pending', 'completed', 'failed', 'cancelled']);
    expect(labels('status:failed,c|')).toEqual(['completed', 'cancelled']);
    expect(labels('status:failed,|')).toEqual(['running', 'pending', 'completed', 'cancelled']);
  });

  it('offers no value that is all written', () => {
    expect(labels('status:failed|')).toEqual([]);
  });

  it('offers types and tags as seen, those that begin like this first', () => {
    expect(labels('type:i|')).toEqual(['ingest', 'night run']);
    expect(labels('tag:glo|')).toEqual(['tenant:globex']);
  });

  it('offers the keys of metadata', () => {
    expect(labels('meta.|')).toEqual(['meta.pages:', 'meta.user.name:', 'meta."user.id":']);
    expect(labels('meta.us|')).toEqual(['meta.user.name:']);
    expect(labels('meta.pages:|')).toEqual([]);
  });

  it('offers times and durations', () => {
    expect(labels('created:|')).toContain('<1h');
    expect(labels('created:|')).toContain('2026-01-31');
    expect(labels('duration:>1|')).toEqual(['>10s', '>1m', '>10m', '>1h']);
  });

  it('goes by where the caret is', () => {
    expect(labels('sta| type:ocr')).toEqual(['status:', 'started:']);
    expect(labels('type:o|cr tag:a')).toEqual(['ocr.pdf']);
  });
});

describe('complete', () => {
  it.each([
    ['sta|', 'status:|'],
    ['-ta|', '-tag:|'],
    ['fail|', 'status:failed |'],
    ['status:f|', 'status:failed |'],
    ['status:f| type:a', 'status:failed| type:a'],
    ['stat|:failed', 'status:|failed'],
    ['type:ni|', 'type:"night run" |'],
    ['type:"ni|', 'type:"night run" |'],
    ['meta.u|', 'meta.user.name:|'],
    ['created:<15|', 'created:<15m |'],
  ])('makes %j to %j', (before, after) => {
    const { q, caret } = split(before);
    const completions = completionsAt(q, caret, known, '2026-01-31');
    const [first] = completions.options;
    if (first === undefined) throw new Error('There is nothing to complete it with.');
    const done = complete(q, completions, first);
    expect(`${done.q.slice(0, done.caret)}|${done.q.slice(done.caret)}`).toBe(after);
  });
});

/** `|` is the caret. */
function split(text: string): { q: string; caret: number } {
  return { q: text.replace('|', ''), caret: text.indexOf('|') };
}

function labels(text: string): readonly string[] {
  const { q, caret } = split(text);
  return completionsAt(q, caret, known, '2026-01-31').options.map(({ label }) => label);
}
