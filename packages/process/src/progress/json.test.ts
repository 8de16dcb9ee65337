import fc from 'fast-check';
import { jsonParser } from './json.js';

const read = (text: string) => jsonParser.read({ stream: 'stdout', text, raw: text });
const jsonProgress = (line: string) => read(line)?.update ?? null;

describe('jsonParser', () => {
  it.each([
    ['{"progress": 40}', { percent: 40 }],
    ['{"progress": 0.4}', { percent: 0.4 }],
    ['{"progress": "embedding"}', { message: 'embedding' }],
    ['{"progress": {"current": 12, "total": 80}}', { current: 12, total: 80 }],
    [
      '{"progress": {"message": "embedding", "current": 1, "total": 2, "unit": "segments", "percent": 50}}',
      { message: 'embedding', current: 1, total: 2, unit: 'segments', percent: 50 },
    ],
    ['{"progress": {"message": null, "total": null}}', { message: null, total: null }],
    ['{"progress": {"percent": 5, "eta": 3}}', { percent: 5 }],
    ['  {"level": "info", "progress": 40}  ', { percent: 40 }],
    ['{"current": 3, "total": 10}', { current: 3, total: 10 }],
    [
      '{"current": 3, "total": 10, "unit": "pages", "message": "m"}',
      { current: 3, total: 10, unit: 'pages', message: 'm' },
    ],
    ['{"type": "progress", "percent": 5, "eta": 3}', { percent: 5 }],
    ['{"event": "progress", "current": 3}', { current: 3 }],
    ['{"progress": "\\u001b[31mred\\u001b[0m\\u0000"}', { message: 'red' }],
  ])('reads %s', (line, update) => {
    expect(jsonProgress(line)).toEqual(update);
  });

  it.each([
    'embedding segment 3',
    '',
    '{"progress": 40',
    '{"progress": 40} done',
    '"progress"',
    '["progress"]',
    '[{"progress": 40}]',
    '{"Progress": 40}',
    '{"data": {"progress": 40}}',
    '{"progress": null}',
    '{"progress": true}',
    '{"progress": [40]}',
    '{"progress": -1}',
    '{"progress": 101}',
    '{"progress": 1e999}',
    '{"progress": ""}',
    '{"progress": " \\t"}',
    '{"progress": {}}',
    '{"progress": {"eta": 3}}',
    '{"progress": {"percent": "40"}}',
    '{"progress": {"current": 3, "total": 2}}',
    '{"progress": {"current": -3}}',
    '{"progress": {"message": 3}}',
    '{"progress": {"message": "ok", "percent": 400}}',
    '{"__proto__": {"progress": 40}}',
    '{"complete": true}',
    '{"current": 3, "total": 10, "account": "a"}',
    '{"current": 11, "total": 10}',
    '{"current": 3}',
    '{"total": 10}',
    '{"percent": 5}',
    '{"message": "done"}',
    '{"type": "progress"}',
    '{"type": "progress", "percent": 500}',
    '{"type": "progress", "message": "slow"}',
  ])('takes %s for an ordinary line', (line) => {
    expect(jsonProgress(line)).toBeNull();
  });

  it.each([
    '{"level": "error", "msg": "disk full", "progress": 45}',
    '{"progress": "embedding", "page": 3}',
    '{"type": "progress", "percent": 5, "eta": 3}',
  ])('keeps %s, which says more than progress', (line) => {
    expect(read(line)).toMatchObject({ kept: line, isReport: true });
  });

  it.each([
    '{"progress": {"percent": 5, "eta": 3}}',
    '{"event": "progress", "type": "x", "progress": {"percent": 5}, "message": "m", "unit": "a"}',
    '{"current": 3, "total": 10}',
  ])('keeps nothing of %s', (line) => {
    expect(read(line)?.kept).toBeNull();
  });

  it('cuts a message that is too long', () => {
    const message = jsonProgress(JSON.stringify({ progress: 'é'.repeat(5_000) }))?.message;
    expect(Buffer.byteLength(message as string)).toBeLessThanOrEqual(2_048);
    expect(message).toMatch(/^é+…$/);
  });

  it('never throws', () => {
    const line = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ progress: value })),
      fc.string().map((rest) => `{"progress":${rest}`),
    );
    fc.assert(
      fc.property(line, (text) => void jsonProgress(text)),
      { numRuns: 2_000 },
    );
  });

  it('bears JSON of any depth', () => {
    expect(jsonProgress(`{"progress":${'['.repeat(60_000)}`)).toBeNull();
    expect(jsonProgress(`{"progress":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_001)}`)).toBeNull();
  });
});
