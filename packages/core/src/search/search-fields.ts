import { nearest } from '../options.js';
import { type Task, TASK_STATUSES, type TaskStatus } from '../task.js';
import { durationTest, instantTest } from './comparison.js';
import { fold } from './fold.js';
import { metadataTest } from './metadata-match.js';
import { SEARCH_LIMITS, searchError, shown } from './search-error.js';
import type { SearchTerm, SearchValue } from './search-syntax.js';
import type { TaskTexts, TextField } from './task-texts.js';

/** Whether a task is what a term asks for, apart from its `-`. */
export type TermTest = (task: Task, texts: TaskTexts, now: number) => boolean;

/**
 * What `term` asks for.
 *
 * @throws {@link TaskMonitorError} INVALID_INPUT
 */
export function termTest(term: SearchTerm): TermTest {
  if (term.field === null) return textTest('any', term.values);
  if (!Object.hasOwn(FIELDS, term.field)) throw unknownField(term, term.field);
  return (FIELDS[term.field] as Field)(term);
}

type Field = (term: SearchTerm) => TermTest;

const FIELDS: Readonly<Record<string, Field>> = {
  status: (term) => exactTest(statusesOf(term), (task) => [task.status]),
  type: ({ values }) => exactTest(textsOf(values), ({ type }) => (type === null ? [] : [type])),
  tag: ({ values }) => exactTest(textsOf(values), ({ tags }) => tags),
  parent: ({ values }) =>
    exactTest(textsOf(values), ({ execution: { parent } }) => (parent === null ? [] : [parent.id])),
  id: ({ values }) => textTest('id', values),
  name: ({ values }) => textTest('name', values),
  command: ({ values }) => textTest('command', values),
  error: ({ values }) => textTest('error', values),
  progress: ({ values }) => textTest('progress', values),
  owner: ({ values }) => textTest('owner', values),
  created: (term) => timeTest('created', term, ({ createdAt }) => createdAt),
  started: (term) => timeTest('started', term, ({ startedAt }) => startedAt),
  finished: (term) => timeTest('finished', term, ({ completedAt }) => completedAt),
  duration: ({ values }) => {
    const tests = values.map((value) => durationTest('duration', value));
    return ({ startedAt, completedAt }, _texts, now) =>
      startedAt !== null &&
      tests.some((test) => test(Math.max(0, (completedAt ?? now) - startedAt)));
  },
  meta: ({ path, values, at }) => {
    if (path.length === 0)
      throw searchError(at, '`meta` needs a key', 'Write the way to the value: meta.user.name:Ann');
    const test = metadataTest(path, values);
    return ({ metadata }) => test(metadata);
  },
};

/** The statuses that a term names, in any case. */
export function statusesOf({ values }: SearchTerm): readonly TaskStatus[] {
  return values.map(({ text, at }) => {
    const status = TASK_STATUSES.find((one) => one === text.toLowerCase());
    if (status !== undefined) return status;
    const near = nearest(text, TASK_STATUSES);
    throw searchError(
      at,
      `there is no status ${shown(text)}`,
      near ? `Did you mean \`${near}\`?` : `There are ${TASK_STATUSES.join(', ')}.`,
    );
  });
}

function textsOf(values: readonly SearchValue[]): readonly string[] {
  return values.map(({ text }) => text);
}

function exactTest(
  wanted: readonly string[],
  textsIn: (task: Task) => readonly string[],
): TermTest {
  const set = new Set(wanted);
  return (task) => textsIn(task).some((text) => set.has(text));
}

function textTest(field: TextField, values: readonly SearchValue[]): TermTest {
  const wanted = values.map(({ text, at }) => {
    if (text === '')
      throw searchError(at, 'there is nothing between the quotes', 'Write what to look for.');
    const folded = fold(text);
    const { textCharacters } = SEARCH_LIMITS;
    if (folded.length > textCharacters)
      throw searchError(
        at,
        `this text is ${folded.length} characters long, and ${textCharacters} are the most`,
        'Look for a part of it.',
      );
    return folded;
  });
  return (_task, texts) => wanted.some((text) => texts.folded(field).includes(text));
}

function timeTest(
  field: string,
  { values }: SearchTerm,
  instantOf: (task: Task) => number | null,
): TermTest {
  const tests = values.map((value) => instantTest(field, value));
  return (task, _texts, now) => {
    const at = instantOf(task);
    return at !== null && tests.some((test) => test(at, now));
  };
}

function unknownField({ negated, at }: SearchTerm, field: string): Error {
  const names = Object.keys(FIELDS);
  const near = nearest(field, names);
  return searchError(
    negated ? at + 1 : at,
    `there is no field ${shown(field)}`,
    [
      near === undefined
        ? `There are ${names.join(', ').replace(/meta$/, 'meta.<key>')}.`
        : `Did you mean \`${near === 'meta' ? 'meta.<key>' : near}\`?`,
      'To find a text with a `:` in it, put it in quotes.',
    ].join(' '),
  );
}
