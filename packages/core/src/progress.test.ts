import fc from 'fast-check';
import {
  applyProgress,
  describeProgress,
  mergeProgress,
  type Progress,
  type ProgressChange,
} from './progress.js';
import type { TaskStatus } from './task.js';

const at = (progress: Partial<Progress>): Progress => ({
  message: null,
  current: null,
  total: null,
  unit: null,
  percent: null,
  updatedAt: 1_000,
  steps: [],
  children: null,
  ...progress,
});

describe('applyProgress', () => {
  it('begins with what was said, the rest absent', () => {
    expect(applyProgress(null, { message: 'reading' }, 1_000)).toEqual(at({ message: 'reading' }));
    expect(applyProgress(null, {}, 1_000)).toEqual(at({}));
  });

  it('leaves the counts where they are for a message alone', () => {
    const before = at({ current: 12, total: 80, unit: 'segments', percent: 15 });
    expect(applyProgress(before, { message: 'embedding' }, 2_000)).toEqual({
      ...before,
      message: 'embedding',
      updatedAt: 2_000,
    });
  });

  it('works out the percentage from the counts, with two decimals', () => {
    expect(applyProgress(null, { current: 1, total: 3 }, 1_000).percent).toBe(33.33);
    expect(applyProgress(null, { current: 2, total: 3 }, 1_000).percent).toBe(66.67);
    expect(applyProgress(at({ total: 80 }), { current: 20 }, 1_000).percent).toBe(25);
    expect(
      applyProgress(at({ current: 20, total: 80, percent: 25 }), { total: 40 }, 1_000).percent,
    ).toBe(50);
  });

  it('knows no percentage without both counts, or of nothing', () => {
    expect(applyProgress(null, { current: 5 }, 1_000).percent).toBeNull();
    expect(applyProgress(null, { total: 5 }, 1_000).percent).toBeNull();
    expect(applyProgress(null, { current: 0, total: 0 }, 1_000).percent).toBeNull();
    expect(
      applyProgress(at({ current: 1, total: 4, percent: 25 }), { total: null }, 1_000).percent,
    ).toBeNull();
  });

  it('goes by the given percentage before the counts', () => {
    expect(applyProgress(null, { percent: 40, current: 1, total: 2 }, 1_000).percent).toBe(40);
  });

  it('is never above 100 % when the count ran past an old total', () => {
    expect(applyProgress(at({ total: 80 }), { current: 81 }, 1_000).percent).toBe(100);
  });

  it('clears what is set to null', () => {
    const before = at({ message: 'm', current: 1, total: 2, unit: 'u', percent: 50 });
    expect(
      applyProgress(
        before,
        { message: null, current: null, total: null, unit: null, percent: null },
        2_000,
      ),
    ).toEqual(at({ updatedAt: 2_000 }));
  });

  it('is never dated back by a wall clock that was', () => {
    expect(applyProgress(at({ updatedAt: 5_000 }), { message: 'm' }, 1_000).updatedAt).toBe(5_000);
  });

  it('is frozen, and leaves the one before as it was', () => {
    const before = at({ message: 'old' });
    const after = applyProgress(before, { message: 'new' }, 2_000);
    expect(Object.isFrozen(after)).toBe(true);
    expect(before.message).toBe('old');
  });
});

describe('describeProgress', () => {
  it.each<[string | null, Partial<Progress>]>([
    ['embedding', { message: 'embedding', current: 12, total: 80, percent: 15 }],
    ['12/80 segments (15%)', { current: 12, total: 80, unit: 'segments', percent: 15 }],
    ['12/80 (15%)', { current: 12, total: 80, percent: 15 }],
    ['12 segments', { current: 12, unit: 'segments' }],
    ['12', { current: 12 }],
    ['0/80 (0%)', { current: 0, total: 80, percent: 0 }],
    ['15%', { percent: 15.4 }],
    ['99%', { percent: 99.99 }],
    ['', { message: '' }],
    [null, {}],
    [null, { total: 80, unit: 'segments' }],
  ])('reads %p', (text, progress) => {
    expect(describeProgress(at(progress))).toBe(text);
  });

  it('is null where there is no progress', () => {
    expect(describeProgress(null)).toBeNull();
  });
});

describe('mergeProgress', () => {
  it('is one change that does what both do, one after the other', () => {
    const amount = fc.option(fc.integer({ min: 0, max: 50 }), { nil: null });
    const update = fc.record(
      {
        message: fc.option(fc.constantFrom('reading', 'embedding'), { nil: null }),
        current: amount,
        total: amount,
        unit: fc.option(fc.constantFrom('pages', 'segments'), { nil: null }),
        percent: fc.option(fc.integer({ min: 0, max: 100 }), { nil: null }),
      },
      { requiredKeys: [] },
    );
    const step = fc.record(
      {
        name: fc.constantFrom('download', 'embed'),
        status: fc.constantFrom<TaskStatus>('running', 'completed', 'failed'),
        weight: fc.integer({ min: 0, max: 3 }),
        progress: update,
      },
      { requiredKeys: ['name'] },
    );
    const change: fc.Arbitrary<ProgressChange> = fc
      .tuple(update, fc.option(fc.array(step, { maxLength: 3 }), { nil: undefined }))
      .map(([given, steps]) => ({ ...given, ...(steps && { steps }) }));
    // What parts come to never falls, so what was between the two may show: it is compared without.
    const comparable = ({ percent, ...progress }: Progress): unknown =>
      progress.steps.length > 0 ? progress : { percent, ...progress };
    fc.assert(
      fc.property(fc.array(change, { minLength: 2, maxLength: 6 }), (changes) => {
        const oneByOne = changes.reduce<Progress | null>(
          (progress, each) => applyProgress(progress, each, 1),
          null,
        );
        const merged = changes.reduce(mergeProgress);
        expect(comparable(applyProgress(null, merged, 1))).toEqual(
          comparable(oneByOne as Progress),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not grow with the number of changes', () => {
    const changes = Array.from({ length: 1_000 }, (_, n) => ({
      steps: [{ name: `step ${n % 5}`, progress: { current: n } }],
      children: [{ step: null, weight: n, done: n }],
    }));
    const merged = changes.reduce<ProgressChange>(mergeProgress, {});
    expect(merged.steps).toHaveLength(5);
    expect(merged.children).toEqual([{ step: null, weight: 999, done: 999 }]);
  });
});
