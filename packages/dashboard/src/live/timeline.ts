import type { WireFullTask } from '@task-monitor/client';
import type { Seen } from './task-cells.js';

type Step = NonNullable<WireFullTask['progress_detail']>['steps'][number];

/** From when to when a timeline goes, in epoch milliseconds by the clock of the server. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A part of the width of a timeline, both in percent of it. */
export interface Place {
  readonly left: number;
  readonly width: number;
}

/** What it is by the clock of the server, as far as a running task tells: browsers may be hours off. */
export function serverTime({ task, at }: Seen, now: number): number {
  if (task.status !== 'running' || task.started_at === null || task.duration_ms === null)
    return now;
  return Date.parse(task.started_at) + task.duration_ms + Math.max(now - at, 0);
}

/** Where what lasted from `from` to `to` lies within `span`; `null`: not in it. */
export function placeIn({ start, end }: Span, from: number, to: number): Place | null {
  const [left, right] = [Math.max(from, start), Math.min(to, end)];
  if (!(end > start && right >= left)) return null;
  return { left: part(left - start, end - start), width: part(right - left, end - start) };
}

function part(value: number, whole: number): number {
  return Math.round((10_000 * value) / whole) / 100;
}

/** Three to five instants after the start, in milliseconds, at which people like to look at a clock. */
export function ticks(lengthMs: number): readonly number[] {
  const unit = unitFor(lengthMs, 5);
  return Array.from({ length: Math.floor(lengthMs / unit) + 1 }, (_, index) => index * unit);
}

/** The least span of time that people think in, of which less than `most` are in `lengthMs`; both in milliseconds. */
export function unitFor(lengthMs: number, most: number): number {
  return (
    UNITS.find((ms) => lengthMs / ms < most) ?? 7 * DAY * Math.ceil(lengthMs / (7 * DAY * most))
  );
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((value) => value * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((value) => value * MINUTE),
  ...[1, 2, 3, 6, 12].map((value) => value * HOUR),
  ...[1, 2, 3, 7].map((value) => value * DAY),
];

/** An instant of a timeline: `0`, `500 ms`, `30 s`, `1:30 min`, `2 h`, `1:30 h`, `3 d`. */
export function tickText(ms: number): string {
  if (ms === 0) return '0';
  if (ms < SECOND) return `${ms} ms`;
  if (ms < MINUTE) return `${ms / SECOND} s`;
  if (ms < HOUR) return `${clock(ms, MINUTE, SECOND)} min`;
  if (ms < DAY) return `${clock(ms, HOUR, MINUTE)} h`;
  return `${Math.round((10 * ms) / DAY) / 10} d`;
}

function clock(ms: number, large: number, small: number): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

export interface NestedStep {
  readonly step: Step;
  /** How many steps it is within. */
  readonly depth: number;
}

/** Steps in the order in which they are done, each followed by the ones within it. */
export function nested(steps: readonly Step[]): readonly NestedStep[] {
  const names = new Set(steps.map(({ name }) => name));
  const rows: NestedStep[] = [];
  const add = (within: string | null, depth: number): void => {
    for (const step of steps) {
      const parent = step.within !== null && names.has(step.within) ? step.within : null;
      if (parent !== within || rows.length >= steps.length) continue;
      rows.push({ step, depth });
      if (step.name !== within) add(step.name, depth + 1);
    }
  };
  add(null, 0);
  return rows;
}
