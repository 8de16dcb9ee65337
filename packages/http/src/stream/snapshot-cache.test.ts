import { describe, expect, it } from '@jest/globals';
import { type Snapshot, SnapshotCache } from './snapshot-cache.js';

const HOUR = 3_600_000;

function aSnapshot(number: number): Snapshot {
  return {
    mark: { number, position: `k3v9.${number}` },
    bytes: Buffer.alloc(0),
    tasks: [],
    isEnd: false,
  };
}

describe('SnapshotCache', () => {
  it('makes one for all who ask at once for the same', async () => {
    const cache = new SnapshotCache(HOUR);
    let made = 0;
    const ask = (key: string) =>
      cache.get(key, 0, aSnapshot(7).mark, () => Promise.resolve(aSnapshot(++made)));
    const answers = await Promise.all([ask('a'), ask('a'), ask('b')]);
    expect(answers.map(({ mark }) => mark.number)).toEqual([1, 1, 2]);
  });

  it('gives nobody one from which there is no going on', async () => {
    const cache = new SnapshotCache(HOUR);
    const ask = (first: number, number: number) =>
      cache.get('a', first, aSnapshot(number).mark, () => Promise.resolve(aSnapshot(number)));
    await ask(0, 7);
    expect((await ask(7, 9)).mark.number).toBe(7);
    expect((await ask(8, 9)).mark.number).toBe(9);
  });

  it('makes another one after a failure', async () => {
    const cache = new SnapshotCache(HOUR);
    const ask = (make: () => Promise<Snapshot>) => cache.get('a', 0, aSnapshot(7).mark, make);
    await expect(ask(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect((await ask(() => Promise.resolve(aSnapshot(8)))).mark.number).toBe(8);
  });

  it('makes another one when time has passed', async () => {
    const cache = new SnapshotCache(-1);
    const ask = (number: number) =>
      cache.get('a', 0, aSnapshot(7).mark, () => Promise.resolve(aSnapshot(number)));
    await ask(8);
    expect((await ask(9)).mark.number).toBe(9);
  });
});
