import { describe, expect, it } from '@jest/globals';
import { aProgress, aTask } from '../../test/a-task.js';
import { shownTask } from '../task/shown-task.js';
import { widthOf } from '../terminal/cells.js';
import { colourStyle, plainStyle } from '../terminal/style.js';
import { overviewLines } from './overview-lines.js';
import type { OverviewPicture } from './picture.js';

const LIVE = { state: 'live', words: 'live', reason: null, knownAt: null } as const;

function aPicture(changes: Partial<OverviewPicture> = {}): OverviewPicture {
  return {
    place: 'localhost:8000/tasks',
    search: null,
    freshness: LIVE,
    counts: {
      running_tasks: 1_234,
      pending_tasks: 0,
      completed_tasks: 998,
      failed_tasks: 2,
      cancelled_tasks: 0,
    },
    rows: [],
    unseen: 0,
    failures: [],
    hint: 'q leaves',
    ...changes,
  };
}

function rows(count: number, changes: Parameters<typeof aTask>[0] = {}) {
  return Array.from({ length: count }, (_, index) => ({
    task: shownTask(aTask({ name: `task ${index + 1} 東京`, ...changes }), 0),
    perSecond: null,
  }));
}

const STALLED = {
  health: { state: 'stalled', evidence: 'No progress for 312 s.', since: null },
} as const;

const FAILED = shownTask(aTask({ name: 'broken', status: 'failed', error_message: 'No.' }), 0);

const SETTING = { style: plainStyle, now: 0 };

describe('overviewLines', () => {
  it('is never wider or higher than the screen, at any size and in any state', () => {
    const failure = aTask({ status: 'failed', error_message: 'a long reason '.repeat(30) });
    const picture = aPicture({
      search: 'status:failed '.repeat(10),
      freshness: {
        state: 'stale',
        words: 'reconnecting · stale for 12 s',
        reason: 'x'.repeat(300),
        knownAt: 0,
      },
      rows: [...rows(40), ...rows(5, STALLED)],
      failures: Array.from({ length: 20 }, () => shownTask(failure, 0)),
    });
    for (let columns = 39; columns <= 200; columns++)
      for (const height of [8, 12, 24, 60]) {
        const lines = overviewLines(picture, { ...SETTING, columns, rows: height });
        expect(lines.length).toBeLessThanOrEqual(height);
        expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
      }
  });

  it.each([
    { columns: 39, height: 10, running: 4 },
    { columns: 39, height: 15, running: 8 },
    { columns: 59, height: 20, running: 11 },
    { columns: 79, height: 24, running: 9 },
    { columns: 119, height: 40, running: 20 },
    { columns: 160, height: 50, running: 26 },
  ])(
    'gives what runs $running of the $height lines, and the others a share, at $columns columns',
    ({ columns, height, running }) => {
      const picture = aPicture({
        rows: [...rows(60), ...rows(8, { name: 'hangs', ...STALLED })],
        failures: Array<typeof FAILED>(20).fill(FAILED),
      });
      const lines = overviewLines(picture, { ...SETTING, columns, rows: height });
      const begins = (start: string) => lines.filter((line) => line.startsWith(start)).length;
      expect(begins('▸ task')).toBe(running);
      expect(begins('! hangs')).toBeGreaterThan(0);
      expect(begins('✗ broken')).toBeGreaterThan(0);
      expect(lines.at(-1)).toBe('q leaves');
    },
  );

  it('has one line for all counts, and no headings, on a small screen', () => {
    const picture = aPicture({ rows: [...rows(3), ...rows(1, STALLED)], failures: [FAILED] });
    const lines = overviewLines(picture, { ...SETTING, columns: 39, rows: 12 });
    expect(lines.map((line) => line.slice(0, 8))).toEqual([
      'localhos',
      '▸ 1,234 ',
      '',
      '▸ task 1',
      '▸ task 2',
      '▸ task 3',
      '! task 1',
      '',
      '✗ broken',
      '',
      '',
      'q leaves',
    ]);
    expect(lines.slice(0, 2)).toEqual([
      'localhost:8000/tasks             ● live',
      '▸ 1,234   ○ 0   ✓ 998   ✗ 2   – 0',
    ]);
  });

  it('says on a small screen what hides, what was searched for, and why it is not live', () => {
    const freshness = {
      state: 'asked',
      words: 'asks every 2 s',
      reason: 'no stream',
      knownAt: null,
    } as const;
    const picture = aPicture({
      search: 'type:ingest',
      freshness,
      rows: [...rows(9), ...rows(3, STALLED)],
      unseen: 1_000,
    });
    const lines = overviewLines(picture, { ...SETTING, columns: 39, rows: 10 });
    expect(lines[0]).toBe('search: type:ingest    ◐ asks every 2 s');
    expect(lines).toContain('  … 1,006 more, 2 of them stalled');
    expect(lines.at(-1)).toBe('no stream');
  });

  it('gives what is stalled the lines that nothing else needs on a small screen', () => {
    const picture = aPicture({ rows: [...rows(1), ...rows(9, { name: 'hangs', ...STALLED })] });
    const lines = overviewLines(picture, { ...SETTING, columns: 39, rows: 10 });
    expect(lines.slice(2).map((line) => line.slice(0, 8))).toEqual([
      '▸ task 1',
      ...Array<string>(5).fill('! hangs '),
      '  … 4 mo',
      'q leaves',
    ]);
  });

  it.each([
    { stalled: 1, says: 'Nothing moves: what runs is stalled.' },
    { stalled: 2, says: 'Nothing moves: all 2 are stalled.' },
  ])('does not say that nothing runs where $stalled are stalled', ({ stalled, says }) => {
    for (const height of [10, 24]) {
      const picture = aPicture({ rows: rows(stalled, STALLED) });
      const lines = overviewLines(picture, { ...SETTING, columns: 79, rows: height });
      expect(lines).toContain(says);
      expect(lines.join('\n')).not.toContain('Nothing is running');
    }
  });

  it('says how many there are that have no room', () => {
    const lines = overviewLines(aPicture({ rows: rows(40) }), {
      ...SETTING,
      columns: 80,
      rows: 20,
    });
    const shown = lines.filter((line) => line.startsWith('▸ task'));
    expect(shown).toHaveLength(13);
    expect(lines).toContain('Running  13 of 40');
    expect(lines).toHaveLength(20);
  });

  it('counts those that it was not told of, too', () => {
    const picture = aPicture({ rows: rows(3), unseen: 1_000 });
    const lines = overviewLines(picture, { ...SETTING, columns: 80, rows: 24 });
    expect(lines).toContain('Running  3 of 1,003');
  });

  it('shows what is stalled with its evidence, below what runs', () => {
    const picture = aPicture({ rows: [...rows(1, { name: 'hangs', ...STALLED }), ...rows(1)] });
    const lines = overviewLines(picture, { ...SETTING, columns: 80, rows: 24 });
    const at = (start: string) => lines.findIndex((line) => line.startsWith(start));
    expect(at('Running')).toBeLessThan(at('▸ task 1'));
    expect(at('▸ task 1')).toBeLessThan(at('Stalled'));
    expect(lines[at('! hangs') + 1]).toMatch(/^ {2}No progress for 312 s\./);
  });

  it('gives failures the room that running tasks leave', () => {
    const failures = Array<typeof FAILED>(9).fill(FAILED);
    const lines = overviewLines(aPicture({ failures }), { ...SETTING, columns: 100, rows: 24 });
    expect(lines.filter((line) => line.startsWith('✗ broken'))).toHaveLength(9);
  });

  it('has counts, pace and message of a task, and the beginning of its id', () => {
    const task = aTask({
      task_id: '550e8400-e29b-41d4-a716-446655440000',
      percent: 50,
      progress_detail: aProgress({ current: 40, total: 80, unit: 'pages', message: 'embedding' }),
      eta: {
        remaining_ms: { p50: 120_000, p90: 150_000 },
        finishes_at: '2026-01-15T10:03:00.000Z',
        basis: 'rate',
        samples: 9,
      },
    });
    const picture = aPicture({ rows: [{ task: shownTask(task, 0), perSecond: 1.25 }] });
    const lines = overviewLines(picture, { ...SETTING, columns: 100, rows: 24 });
    expect(lines[5]).toMatch(/^▸ film .* for 1 min 00 s {2}━{12}╸?─{12,13} {2}50% {2}about 2 min$/);
    expect(lines[6]).toMatch(/^ {2}40\/80 pages {2}1\.3\/s {4}embedding {2,}550e8400$/);
  });

  it('is dim all over while it is stale, and says so in words', () => {
    const freshness = {
      state: 'stale',
      words: 'reconnecting · stale for 12 s',
      reason: null,
      knownAt: 0,
    } as const;
    const picture = aPicture({ freshness, rows: rows(1) });
    const lines = overviewLines(picture, { ...SETTING, style: colourStyle, columns: 80, rows: 24 });
    expect(lines[0]).toContain('\x1b[33m○ reconnecting · stale for 12 s');
    // eslint-disable-next-line no-control-regex -- colours are what this is about
    expect(lines.slice(2).join('\n')).not.toMatch(/\x1b\[(1|3\d)m|^[▸✗]/m);
  });

  it('says that nothing runs, and what waits', () => {
    const idle = { ...aPicture().counts, running_tasks: 0, pending_tasks: 3 } as never;
    const lines = overviewLines(aPicture({ counts: idle }), { ...SETTING, columns: 80, rows: 24 });
    expect(lines).toContain('Nothing is running; 3 waiting.');
  });
});
