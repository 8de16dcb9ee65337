import { readTerms } from './read-terms.js';

/** A value that a field could have. */
export interface Sample {
  readonly text: string;
  readonly what: string;
}

/** What a search can ask for, with the `:` or `.` that follows. */
export const FIELDS: readonly { readonly name: string; readonly what: string }[] = [
  { name: 'status:', what: 'how it stands' },
  { name: 'type:', what: 'exactly this type' },
  { name: 'tag:', what: 'with this tag' },
  { name: 'meta.', what: 'a value of the metadata' },
  { name: 'error:', what: 'text in the error' },
  { name: 'created:', what: 'how long ago, or when' },
  { name: 'started:', what: 'how long ago, or when' },
  { name: 'finished:', what: 'how long ago, or when' },
  { name: 'duration:', what: 'how long it took' },
  { name: 'id:', what: 'text in the id' },
  { name: 'name:', what: 'text in the name' },
  { name: 'command:', what: 'text in the command' },
  { name: 'progress:', what: 'text in the message' },
  { name: 'owner:', what: 'text in the machine that runs it' },
  { name: 'parent:', what: 'parts of the task with this id' },
];

export const STATUS_SAMPLES: readonly Sample[] = [
  { text: 'running', what: 'under way' },
  { text: 'pending', what: 'not yet started' },
  { text: 'completed', what: 'ended well' },
  { text: 'failed', what: 'ended with an error' },
  { text: 'cancelled', what: 'stopped before its end' },
];

const TIMES: readonly Sample[] = [
  { text: '<15m', what: 'in the last 15 minutes' },
  { text: '<1h', what: 'in the last hour' },
  { text: '<1d', what: 'in the last 24 hours' },
  { text: '<7d', what: 'in the last 7 days' },
  { text: '>1h', what: 'longer ago than an hour' },
  { text: '>1d', what: 'longer ago than 24 hours' },
];

const DURATIONS: readonly Sample[] = [
  { text: '>10s', what: 'longer than 10 seconds' },
  { text: '>1m', what: 'longer than a minute' },
  { text: '>10m', what: 'longer than 10 minutes' },
  { text: '>1h', what: 'longer than an hour' },
  { text: '<1s', what: 'shorter than a second' },
];

/** What can stand behind a field, apart from what tasks have. `today` is a date in UTC: `2026-01-31`. */
export function samplesOf(field: string, today: string): readonly Sample[] {
  switch (field) {
    case 'status':
      return STATUS_SAMPLES;
    case 'created':
    case 'started':
    case 'finished':
      return [...TIMES, { text: today, what: 'today, by UTC' }];
    case 'duration':
      return DURATIONS;
    default:
      return [];
  }
}

/** Whether the end of a search is not yet what it is going to be, so that asking for it would only be a mistake. */
export function isUnfinished(q: string): boolean {
  const term = readTerms(q).at(-1);
  const value = term?.values.at(-1);
  if (term === undefined || value === undefined || term.to < q.length) return false;
  if (value.isOpen || (value.text === '' && !value.quoted)) return true;
  switch (term.field) {
    case null:
      return /^meta\./i.test(value.text);
    case 'status':
      return STATUS_SAMPLES.some(
        ({ text }) =>
          text !== value.text.toLowerCase() && text.startsWith(value.text.toLowerCase()),
      );
    case 'created':
    case 'started':
    case 'finished':
    case 'duration':
      return HALF_A_TIME.test(value.text);
    case 'meta':
      return !value.quoted && HALF_A_NUMBER.test(value.text);
    default:
      return false;
  }
}

/** A number without its unit, or a date without its day. */
const HALF_A_TIME = /^[<>]?=?(?:[\d.]*|\d{4}-(?:\d{0,2}|\d\d-\d?))$/;

/** What a number is to be compared with, without the number or its end. */
const HALF_A_NUMBER = /^[<>]=?(?:-|-?\d+\.)?$/;
