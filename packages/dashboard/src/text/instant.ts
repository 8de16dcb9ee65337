import type { TimeMode } from '../page.js';

/** An instant, as the reader wants it: how long ago, or the time of day, with the date if it was another day. */
export function instantText(at: number, mode: TimeMode, now: number): string {
  if (mode === 'relative') return agoText(at, now);
  const isUtc = mode === 'utc';
  const [day, today] = [dateText(at, isUtc), dateText(now, isUtc)];
  const time = timeText(at, isUtc);
  return day === today ? time : `${day} ${time}`;
}

/** All of it, for who wants to know exactly: date, time and zone. */
export function exactInstantText(at: number): string {
  const utc = `${dateText(at, true)} ${timeText(at, true)}`;
  return `${dateText(at, false)} ${timeText(at, false)} local · ${utc}`;
}

/** `now`, `42 s ago`, `3 min ago`, `in 2 h`. Clocks differ: what is a moment ahead is now. */
export function agoText(at: number, now: number): string {
  const ms = now - at;
  if (Math.abs(ms) < 1_500) return 'now';
  const text = coarse(Math.abs(ms));
  return ms > 0 ? `${text} ago` : `in ${text}`;
}

/** The time of day without seconds where there are none: `14:05`, `14:05:30`. */
export function clockText(at: number, isUtc: boolean): string {
  return timeText(at, isUtc).replace(' UTC', '').replace(/:00$/, '');
}

function coarse(ms: number): string {
  if (ms < 59_500) return `${Math.round(ms / 1_000)} s`;
  if (ms < 3_570_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 84_600_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} d`;
}

function dateText(at: number, isUtc: boolean): string {
  const date = new Date(at);
  const [year, month, day] = isUtc
    ? [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
    : [date.getFullYear(), date.getMonth(), date.getDate()];
  return `${year}-${two(month + 1)}-${two(day)}`;
}

function timeText(at: number, isUtc: boolean): string {
  const date = new Date(at);
  return isUtc
    ? `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} UTC`
    : `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
