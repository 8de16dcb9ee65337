import fc from 'fast-check';
import { matches, type TaskFilter } from '../query.js';
import { type Task, TASK_STATUSES } from '../task.js';
import { newTask } from '../task-patch.js';
import { aFailure, aNewTask, anOwner, aParent } from '../testing/builders.js';
import { compileSearch } from './search.js';
import { quoteForSearch } from './search-syntax.js';

const NOW = Date.UTC(2026, 0, 1, 12);

const registered = newTask(
  aNewTask({
    id: 'ingest-17',
    type: 'ingest',
    name: 'Straße nach Ὀδυσσεύς',
    command: ['python', '-m', 'src.worker', '--videos', 'dQw4w9WgXcQ'],
    tags: ['acme', 'Night'],
    parent: aParent('batch-1'),
    owner: anOwner('owner-1'),
    createdAt: NOW - 7_200_000,
    metadata: {
      videos: ['v1', 'V2'],
      doc_id: 42,
      draft: false,
      note: null,
      user: { name: 'Ann', 'home town': 'Köln' },
      parts: [{ pages: 10 }, { pages: [200, 'x'] }],
      'a.b': 'dotted',
    },
  }),
  17,
);

const task: Task = {
  ...registered,
  status: 'failed',
  startedAt: NOW - 3_600_000,
  completedAt: NOW - 3_000_000,
  error: aFailure({ code: 'TIMEOUT', message: 'No answer within 30 s', name: 'AbortError' }),
  progress: {
    message: 'Embedding segments',
    current: 12,
    total: 80,
    unit: null,
    percent: 15,
    updatedAt: NOW,
    steps: [],
    children: null,
  },
};

const finds = (q: string, one: Task = task): boolean => compileSearch(q).matches(one, NOW);

const refused = (q: string): string => {
  try {
    compileSearch(q);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    expect(code).toBe('INVALID_INPUT');
    return message.slice('Cannot read the search at '.length);
  }
  return 'accepted';
};

describe('compileSearch', () => {
  it.each([
    '',
    'status:failed',
    'status:FAILED,completed',
    '-status:running',
    'type:ingest',
    'type:search,ingest',
    'tag:acme',
    'tag:acme tag:Night',
    'tag:day,Night',
    '-tag:day',
    'parent:batch-1',
    'id:ingest-17',
    'id:ST-1',
    'name:straße',
    'name:"NACH ὈΔΥΣΣΕΎΣ"',
    'command:"python -m"',
    'command:dqw4',
    'error:timeout',
    'error:aborterror',
    'error:"no answer"',
    'progress:EMBEDDING',
    'owner:ingest-3',
    'owner:owner-1',
    'created:>1h',
    'created:>1h created:<3h',
    'created:2026-01-01',
    'started:>=2026-01-01T11:00',
    'finished:<1h',
    'duration:>9m duration:<=10m',
    'meta.videos:v1',
    'meta.videos:v2',
    'meta.videos:v9,v1',
    'meta.doc_id:42',
    'meta.doc_id:>41',
    'meta.doc_id:<=42.5',
    'meta.draft:false',
    'meta.note:null',
    'meta.user.name:ann',
    'meta.user."home town":KÖLN',
    'meta.user."home town":ko\u0308ln',
    'meta.parts.pages:10',
    'meta.parts.pages:>100',
    'meta.parts.pages:x',
    'meta."a.b":dotted',
    'dQw4w9WgXcQ',
    'KÖLN 30 embedding',
    '"ingest-17"',
    'acme',
    '42',
    '-"nothing like it"',
    'status:failed type:ingest tag:acme meta.videos:v1 error:timeout created:>1h "within 30 s"',
  ])('finds the task by %s', (q) => {
    expect(finds(q)).toBe(true);
    if (q !== '' && !/\s(?=(?:[^"]*"[^"]*")*[^"]*$)/.test(q))
      expect(finds(q.startsWith('-') ? q.slice(1) : `-${q}`)).toBe(false);
  });

  it.each([
    'status:running',
    '-status:failed',
    'type:Ingest',
    'type:ing',
    'tag:night',
    'tag:acme tag:day',
    'parent:batch',
    'id:18',
    'name:strasse',
    'command:"-m python"',
    'error:RangeError',
    'error:ingest',
    'created:>2h',
    'created:<2h',
    'finished:>1h',
    'duration:>10m',
    'meta.videos:v',
    'meta.video:v1',
    'meta.videos.length:2',
    'meta.doc_id:4',
    'meta.doc_id:">41"',
    'meta.doc_id:>42',
    'meta.user.name.x:ann',
    'meta.user:Ann',
    'meta.a.b:dotted',
    'meta.constructor:x',
    'meta.__proto__.x:1',
    'doc_id',
    'false',
    'aborterror',
    'worker acmenight',
    '"acme Night"',
  ])('does not find it by %s', (q) => {
    expect(finds(q)).toBe(false);
  });

  it('asks nothing of what is not there, so that only what is left out finds it', () => {
    const bare = newTask(aNewTask({ createdAt: NOW }), 1);
    for (const q of [
      'type:x',
      'parent:x',
      'name:x',
      'command:x',
      'error:x',
      'progress:x',
      'owner:x',
      'started:<100w',
      'finished:<100w',
      'duration:>=0s',
      'meta.x:null',
    ]) {
      expect([q, finds(q, bare), finds(`-${q}`, bare)]).toEqual([q, false, true]);
    }
  });

  it('counts the duration of a running task up to now', () => {
    const running: Task = { ...task, status: 'running', completedAt: null, startedAt: NOW - 5_000 };
    expect(compileSearch('duration:>5s').matches(running, NOW)).toBe(false);
    expect(compileSearch('duration:>5s').matches(running, NOW + 1)).toBe(true);
    expect(compileSearch('duration:<1s').matches(running, NOW - 60_000)).toBe(true);
  });

  it('finds no text that reaches from one into the next', () => {
    const apart = newTask(aNewTask({ name: 'one', tags: ['two', 'three'] }), 1);
    for (const q of ['onetwo', '"one two"', '"two\u0000three"'])
      expect(finds(q, apart)).toBe(false);
  });

  it.each<[string, string]>([
    ['stauts:failed', 'character 1: there is no field "stauts". Did you mean `status`? To find a'],
    ['a -stauts:x', 'character 4: there is no field "stauts". '],
    ['a https://example.org', 'character 3: there is no field "https". There are status, type, '],
    ['constructor:x', 'character 1: there is no field "constructor". '],
    ['__proto__:x', 'character 1: there is no field "__proto__". '],
    ['status:faild', 'character 8: there is no status "faild". Did you mean `failed`?'],
    ['status:failed,"no"', 'character 15: there is no status "no". There are pending, running, '],
    ['meta:x', 'character 1: `meta` needs a key. '],
    ['created:soon', 'character 9: "soon" is no time to compare `created` with. '],
    ['type:a finished:2h', 'character 17: `finished` needs to be told on which side of "2h" it '],
    ['duration:30s', 'character 10: "30s" is no length of time to compare `duration` with. '],
    ['meta.pages:>', 'character 12: ">" is no number to compare `meta.pages` with. '],
    [
      'a meta.user."home town":1,<=x',
      'character 27: "<=x" is no number to compare `meta.user.home',
    ],
    ['""', 'character 1: there is nothing between the quotes. '],
    ['name:a,""', 'character 8: there is nothing between the quotes. '],
    [`a ${'b'.repeat(251)}`, 'character 3: this text is 251 characters long, and 250 are the most'],
  ])('refuses %j', (q, message) => {
    expect(refused(q)).toMatch(message);
  });

  it('quotes no more of a mistake than a line', () => {
    expect(refused(`${'x'.repeat(900)}:y`).length).toBeLessThan(400);
    expect(refused(`status:${'x'.repeat(900)}`).length).toBeLessThan(400);
    expect(refused(`created:${'1h'.repeat(400)}`).length).toBeLessThan(400);
  });
});

describe('the filter of a search', () => {
  it.each<[string, TaskFilter | null, boolean]>([
    ['', {}, true],
    ['status:failed,running', { statuses: ['running', 'failed'] }, true],
    ['-status:failed,completed', { statuses: ['pending', 'running', 'cancelled'] }, true],
    ['status:failed,running -status:running', { statuses: ['failed'] }, true],
    ['status:failed status:running', null, true],
    ['type:a tag:b parent:c', { type: 'a', tag: 'b', parentId: 'c' }, true],
    ['type:a type:a tag:b tag:b', { type: 'a', tag: 'b' }, true],
    ['type:a type:b', null, true],
    ['parent:a parent:b', null, true],
    ['tag:a tag:b', { tag: 'a' }, false],
    ['type:a,b', {}, false],
    ['-type:a status:failed', { statuses: ['failed'] }, false],
    ['type:a free', { type: 'a' }, false],
    ['created:>2h', {}, false],
  ])('of %j', (q, filter, indexed) => {
    expect(compileSearch(q)).toMatchObject({ filter, indexed });
  });

  it('is narrowed by the filter that it stands in', () => {
    const within: TaskFilter = { statuses: ['failed', 'pending'], tag: 'acme' };
    expect(compileSearch('status:failed type:ingest', within).filter).toEqual({
      statuses: ['failed'],
      tag: 'acme',
      type: 'ingest',
    });
    expect(compileSearch('status:running', within).filter).toBeNull();
    const both = compileSearch('tag:Night', within);
    expect(both).toMatchObject({ filter: within, indexed: false });
    expect(both.matches(task, NOW)).toBe(true);
    expect(both.matches({ ...task, tags: ['Night'] }, NOW)).toBe(false);
    expect(both.matches({ ...task, tags: ['acme'] }, NOW)).toBe(false);
    expect(compileSearch('', within).matches({ ...task, status: 'running' }, NOW)).toBe(false);
  });
});

/** A condition in words of its own: how it is written, and what it means. */
interface Said {
  readonly q: string;
  readonly means: (task: Task) => boolean;
}

const TYPES = ['a', 'b', 'A'];
const TAGS = ['x', 'y', 'two words'];
const PARENTS = ['p1', 'p2'];
const WORDS = ['alpha', 'Beta', 'be', 'é', '7'];

const any = <T>(values: readonly T[], means: (value: T, task: Task) => boolean) =>
  fc.subarray([...values], { minLength: 1 }).map((chosen) => ({
    written: chosen.map((value) => quoteForSearch(String(value))).join(','),
    means: (one: Task) => chosen.some((value) => means(value, one)),
  }));

const field = <T>(name: string, values: readonly T[], means: (value: T, task: Task) => boolean) =>
  any(values, means).map(({ written, means }): Said => ({ q: `${name}:${written}`, means }));

const has = (text: string | null | undefined, word: string): boolean =>
  (text ?? '').toLowerCase().includes(word.toLowerCase());

const conditions: fc.Arbitrary<Said> = fc
  .tuple(
    fc.boolean(),
    fc.oneof(
      field('status', TASK_STATUSES, (status, one) => one.status === status),
      field('type', TYPES, (type, one) => one.type === type),
      field('tag', TAGS, (tag, one) => one.tags.includes(tag)),
      field('parent', PARENTS, (id, one) => one.execution.parent?.id === id),
      field('name', WORDS, (word, one) => has(one.name, word)),
      field('error', WORDS, (word, one) => has(one.error?.message, word)),
      field('meta.n', [7, 8], (number, one) => one.metadata['n'] === number),
      fc.constantFrom(...WORDS).map((word): Said => ({
        q: quoteForSearch(word),
        means: (one) =>
          [
            one.name,
            one.type,
            ...one.tags,
            one.error?.message,
            `${one.metadata['n'] as number}`,
          ].some((text) => has(text, word)),
      })),
      fc.integer({ min: 0, max: 5 }).map((hours): Said => ({
        q: `created:>${hours}h`,
        means: (one) => NOW - one.createdAt > hours * 3_600_000,
      })),
      fc.integer({ min: 0, max: 5 }).map((seconds): Said => ({
        q: `duration:<=${seconds}s`,
        means: ({ startedAt, completedAt }) =>
          startedAt !== null && (completedAt ?? NOW) - startedAt <= seconds * 1_000,
      })),
    ),
  )
  .map(([negated, { q, means }]) =>
    negated ? { q: `-${q}`, means: (one) => !means(one) } : { q, means },
  );

const tasks: fc.Arbitrary<Task> = fc
  .record({
    status: fc.constantFrom(...TASK_STATUSES),
    type: fc.option(fc.constantFrom(...TYPES)),
    tags: fc.subarray(TAGS),
    parent: fc.option(fc.constantFrom(...PARENTS)),
    name: fc.option(fc.constantFrom('Alpha beta', 'BÉ', 'x')),
    error: fc.option(fc.constantFrom('alphabet', 'É 7')),
    n: fc.constantFrom(7, 8, 77),
    age: fc.integer({ min: 0, max: 5 }),
    started: fc.option(fc.integer({ min: 0, max: 3 })),
    seconds: fc.option(fc.integer({ min: 0, max: 6 })),
  })
  .map(({ status, type, tags, parent, name, error, n, age, started, seconds }) => {
    const createdAt = NOW - age * 3_600_000;
    const startedAt = started === null ? null : createdAt + started * 1_000;
    return {
      ...newTask(
        aNewTask({
          id: '-',
          type,
          tags,
          name,
          createdAt,
          metadata: { n },
          parent: parent === null ? null : aParent(parent),
        }),
        1,
      ),
      status,
      startedAt,
      completedAt: startedAt === null || seconds === null ? null : startedAt + seconds * 1_000,
      error: error === null ? null : aFailure({ message: error, name: null }),
    };
  });

describe('a search of many terms', () => {
  it('finds what each of them means, and its filter leaves none of that out', () => {
    const seen = { found: 0, other: 0, indexed: 0 };
    fc.assert(
      fc.property(
        fc.array(conditions, { maxLength: 4 }),
        fc.array(tasks, { minLength: 20, maxLength: 20 }),
        (said, all) => {
          const search = compileSearch(said.map(({ q }) => q).join(' '));
          for (const one of all) {
            const expected = said.every(({ means }) => means(one));
            expect(search.matches(one, NOW)).toBe(expected);
            const inFilter = search.filter !== null && matches(one, search.filter);
            if (expected) expect(inFilter).toBe(true);
            if (search.indexed) expect(inFilter).toBe(expected);
            if (search.indexed) seen.indexed++;
            if (expected) seen.found++;
            else seen.other++;
          }
        },
      ),
      { numRuns: 1_000 },
    );
    expect(Math.min(seen.found, seen.other, seen.indexed)).toBeGreaterThan(1_000);
  });
});
