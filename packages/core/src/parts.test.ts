import { applyParts, endSteps, fractionOf, MAX_STEPS, NO_STEPS, type Parts } from './parts.js';
import type { TaskStatus } from './task.js';

const NOTHING: Parts = { steps: NO_STEPS, children: null };

/** Steps by name, as weight and, once begun, percentage; `100` has ended. */
function steps(given: Record<string, readonly [weight: number, percent?: number | null]>): Parts {
  return applyParts(
    NOTHING,
    Object.entries(given).map(([name, [weight, percent]]) => ({
      name,
      weight,
      status: percent === undefined ? 'pending' : percent === 100 ? 'completed' : 'running',
      ...(typeof percent === 'number' && percent < 100 && { progress: { percent } }),
    })),
  );
}

describe('fractionOf', () => {
  it('weighs what ended, what says how far it is, and what has not begun', () => {
    expect(fractionOf(steps({ download: [1, 100], embed: [3, 50], store: [1] }))).toBe(0.5);
  });

  it('takes a step that says nothing for one that has not begun', () => {
    expect(fractionOf(steps({ download: [1, 100], embed: [3, null] }))).toBe(0.25);
  });

  it('knows nothing before any part tells something', () => {
    expect(fractionOf(NOTHING)).toBeNull();
    expect(fractionOf(steps({ download: [1], embed: [3, null] }))).toBeNull();
    expect(fractionOf({ steps: NO_STEPS, children: { weight: 3, done: 0 } })).toBeNull();
  });

  describe('of a step that failed or was cancelled', () => {
    const begun = steps({ download: [1, 100], embed: [2, 25], store: [1], report: [1] });

    it.each<TaskStatus>(['failed', 'cancelled'])(
      'is what it had reached when it %s, since the task may end with it',
      (status) => {
        const ended = applyParts(begun, [{ name: 'embed', status, completedAt: 5 }]);
        expect(fractionOf(ended)).toBe((1 + 2 * 0.25) / 5);
      },
    );

    it('is what its own parts had reached', () => {
      const ended = applyParts(NOTHING, [
        { name: 'embed', status: 'failed', startedAt: 1, completedAt: 9 },
        { name: 'pages', within: 'embed', status: 'completed', startedAt: 1, completedAt: 4 },
        { name: 'images', within: 'embed', status: 'failed', startedAt: 4, completedAt: 9 },
        { name: 'store', planned: true },
      ]);
      expect(fractionOf(ended)).toBe((0.5 + 0) / 2);
    });

    it('is all of it once another step began after it', () => {
      const ended = applyParts(begun, [
        { name: 'embed', status: 'failed', completedAt: 5 },
        { name: 'store', status: 'running', startedAt: 5 },
      ]);
      expect(fractionOf(ended)).toBe(0.6);
    });

    it('is all of it once a step beside it is completed after it', () => {
      const ended = applyParts(begun, [
        { name: 'embed', status: 'failed', completedAt: 5 },
        { name: 'store', status: 'completed', startedAt: 2, completedAt: 6 },
      ]);
      expect(fractionOf(ended)).toBe(0.8);
    });

    it('is no more for steps that failed with it', () => {
      const ended = applyParts(begun, [
        { name: 'embed', status: 'failed', completedAt: 5 },
        { name: 'store', status: 'failed', startedAt: 2, completedAt: 6 },
      ]);
      expect(fractionOf(ended)).toBe((1 + 2 * 0.25) / 5);
    });
  });

  it('knows nothing of parts without any weight', () => {
    expect(fractionOf(steps({ download: [0, 100], embed: [0, 50] }))).toBeNull();
  });

  it('knows nothing when all known steps ended that nobody planned: more will come', () => {
    const ended = steps({ download: [1, 100] });
    expect(fractionOf(ended)).toBeNull();
    const second = applyParts(ended, [{ name: 'embed', weight: 3, status: 'running' }]);
    expect(fractionOf(second)).toBe(0.25);
    const planned = applyParts(NOTHING, [{ name: 'download', planned: true, status: 'completed' }]);
    expect(fractionOf(planned)).toBe(1);
  });

  it('adds the children to the steps beside them', () => {
    const parts = applyParts(
      steps({ download: [1, 100] }),
      [],
      [{ step: null, weight: 3, done: 1 }],
    );
    expect(fractionOf(parts)).toBe(0.5);
  });

  it('takes for a step that says nothing itself what its children and steps come to', () => {
    const parts = applyParts(
      NOTHING,
      [
        { name: 'embed', status: 'running' },
        { name: 'pages', within: 'embed', status: 'completed' },
        { name: 'images', within: 'embed' },
        { name: 'thumbnails', within: 'images', status: 'running', progress: { percent: 50 } },
      ],
      [{ step: 'embed', weight: 2, done: 1 }],
    );
    expect(fractionOf(parts)).toBe((1 + 1 + 0.5) / 4);
    const said = applyParts(parts, [{ name: 'embed', progress: { current: 9, total: 10 } }]);
    expect(fractionOf(said)).toBe(0.9);
  });
});

describe('applyParts', () => {
  it('adds a step once, and changes what is named of it', () => {
    const first = applyParts(NOTHING, [{ name: 'embed', weight: 3 }]);
    const begun = applyParts(first, [{ name: 'embed', status: 'running', startedAt: 5 }]);
    const after = applyParts(begun, [
      { name: 'embed', progress: { message: 'chunk 2', current: 2, total: 8, unit: 'chunks' } },
    ]);
    expect(after.steps).toEqual([
      {
        name: 'embed',
        within: null,
        weight: 3,
        planned: false,
        status: 'running',
        startedAt: 5,
        completedAt: null,
        message: 'chunk 2',
        current: 2,
        total: 8,
        unit: 'chunks',
        percent: 25,
        children: null,
      },
    ]);
    expect(first.steps[0]?.status).toBe('pending');
    expect(Object.isFrozen(after.steps)).toBe(true);
    expect(Object.isFrozen(after.steps[0])).toBe(true);
  });

  it('keeps no more steps than a task may have', () => {
    const changes = Array.from({ length: MAX_STEPS + 5 }, (_, n) => ({ name: `page ${n}` }));
    const parts = applyParts(NOTHING, changes);
    expect(parts.steps).toHaveLength(MAX_STEPS);
    expect(applyParts(parts, [{ name: 'page 3', status: 'running' }]).steps[3]?.status).toBe(
      'running',
    );
  });

  it('leaves out children of a step that is not kept', () => {
    expect(applyParts(NOTHING, [], [{ step: 'none', weight: 1, done: 1 }])).toEqual(NOTHING);
  });
});

describe('endSteps', () => {
  it('ends what runs, and leaves what ended or never began', () => {
    const parts = steps({ download: [1, 100], embed: [1, 20], store: [1] });
    expect(endSteps(parts.steps, 9).map(({ status }) => status)).toEqual([
      'completed',
      'cancelled',
      'pending',
    ]);
  });
});
