import { describe, expect, it } from '@jest/globals';
import { aProgress, aTask } from '../../test/a-task.js';
import { shownTask } from '../task/shown-task.js';
import { widthOf } from '../terminal/cells.js';
import { colourStyle, plainStyle } from '../terminal/style.js';
import { type OverviewPicture, overviewLines } from './overview-lines.js';

const LIVE = { state: 'live', words: 'live', reason: null } as const;

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

const SETTING = { style: plainStyle, now: 0 };

describe('overviewLines', () => {
  it('is never wider or higher than the screen, at any size and in any state', () => {
    const health = { state: 'stalled' as const, evidence: 'No progress for 312 s.', since: null };
    const failure = aTask({ status: 'failed', error_message: 'a long reason '.repeat(30) });
    const picture = aPicture({
      search: 'status:failed '.repeat(10),
      freshness: {
        state: 'stale',
        words: 'reconnecting · stale for 12 s',
        reason: 'x'.repeat(300),
      },
      rows: [...rows(40), ...rows(5, { health })],
      failures: Array.from({ length: 20 }, () => shownTask(failure, 0)),
    });
    for (let columns = 39; columns <= 200; columns++)
      for (const height of [8, 12, 24, 60]) {
        const lines = overviewLines(picture, { ...SETTING, columns, rows: height });
        expect(lines.length).toBeLessThanOrEqual(height);
        expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
      }
  });

  it('says how many there are that have no room', () => {
    const lines = overviewLines(aPicture({ rows: rows(40) }), {
      ...SETTING,
      columns: 80,
      rows: 20,
    });
    const shown = lines.filter((line) => line.startsWith('▸ task'));
    expect(lines).toContain(`  … ${40 - shown.length} more`);
    expect(lines).toHaveLength(20);
  });

  it('counts those that it was not told of, too', () => {
    const picture = aPicture({ rows: rows(3), unseen: 1_000 });
    const lines = overviewLines(picture, { ...SETTING, columns: 80, rows: 24 });
    expect(lines).toContain('  … 1,000 more');
  });

  it('shows what is stalled with its evidence, below what runs', () => {
    const health = { state: 'stalled' as const, evidence: 'No progress for 312 s.', since: null };
    const picture = aPicture({ rows: [...rows(1, { name: 'hangs', health }), ...rows(1)] });
    const lines = overviewLines(picture, { ...SETTING, columns: 80, rows: 24 });
    const at = (start: string) => lines.findIndex((line) => line.startsWith(start));
    expect(at('Running')).toBeLessThan(at('▸ task 1'));
    expect(at('▸ task 1')).toBeLessThan(at('Stalled'));
    expect(lines[at('! hangs') + 1]).toMatch(/^ {2}No progress for 312 s\./);
  });

  it('gives failures the room that running tasks leave', () => {
    const failures = Array.from({ length: 9 }, (_, index) =>
      shownTask(aTask({ name: `broken ${index}`, status: 'failed', error_message: 'No.' }), 0),
    );
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
