import { describe, expect, it } from '@jest/globals';
import { aTask } from '../testing/a-task.js';
import { SeenValues } from './seen-values.js';

describe('SeenValues', () => {
  it('tells types and tags, those seen most often first', () => {
    const seen = new SeenValues();
    seen.see(aTask({ type: 'ingest', tags: ['acme', 'night'] }));
    seen.see(aTask({ type: 'ocr', tags: ['night'] }));
    seen.see(aTask({ type: 'ocr' }));
    expect(seen.types).toEqual(['ocr', 'ingest']);
    expect(seen.tags).toEqual(['night', 'acme']);
  });

  it('tells the way to each value of the metadata', () => {
    const seen = new SeenValues();
    seen.see(aTask({ metadata: { video: 'v1', user: { name: 'Ann' }, list: [{ a: 1 }] } }));
    expect(seen.keys).toEqual([['list'], ['user', 'name'], ['video']]);
  });

  it('keeps 200 of each', () => {
    const seen = new SeenValues();
    for (let number = 0; number < 300; number++)
      seen.see(aTask({ type: `type-${number}`, metadata: { [`key-${number}`]: 1 } }));
    expect(seen.types).toHaveLength(200);
    expect(seen.keys).toHaveLength(200);
  });
});
