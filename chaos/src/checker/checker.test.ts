import type { Change, Progress, Task } from '@task-monitor/core';
import type { Entry, Verb } from '../journal.js';
import { check } from './checker.js';
import type { History, ProcessHistory, SeenChange } from './history.js';

/** A worker `w` that completed w-1, logged on it and was killed while it reported on w-2, which was then orphaned. */
function aHistory(): History {
  const done = [
    aTask({ id: 'w-1', version: 1, status: 'pending' }),
    aTask({ id: 'w-1', version: 2, status: 'running' }),
    completed({ id: 'w-1', version: 3 }),
  ];
  const lost = [
    aTask({ id: 'w-2', version: 1, status: 'pending' }),
    aTask({ id: 'w-2', version: 2, status: 'running' }),
    orphaned({ id: 'w-2', version: 3 }),
  ];
  const tasks = [done[2] as Task, lost[2] as Task];
  return {
    processes: [
      aProcess({
        entries: [
          ...answered(1, 'register', 'w-1', 'pending', 1),
          ...answered(2, 'start', 'w-1', 'running', 2),
          ...answered(3, 'complete', 'w-1', 'completed', 3),
          ...answered(4, 'register', 'w-2', 'pending', 1),
          ...answered(5, 'start', 'w-2', 'running', 2),
          { kind: 'invoke', at: 900, op: 6, verb: 'log', id: 'w-2' },
        ],
        death: { at: 1_000, watchedFrom: 0, withinMs: 2_000 },
      }),
    ],
    tasks,
    counts: { pending: 0, running: 0, completed: 1, failed: 1, cancelled: 0 },
    readAt: 9_000,
    changes: [
      ...done.map((task) => ({ at: 500, change: changeTo(task) })),
      ...lost.map((task) => ({ at: 1_500, change: changeTo(task) })),
    ],
    reset: false,
    view: new Map(tasks.map(({ id, status, version }) => [id, { status, version }])),
    outputs: new Map([['w-2', ['w#6 1/3', 'w#6 2/3', 'w#6 3/3']]]),
  };
}

const PLANTED: readonly (readonly [string, Partial<Task>])[] = [
  ['name', { name: 'CANARY7' }],
  ['command', { command: ['ingest', '--token', 'CANARY7'] }],
  ['metadata', { metadata: { headers: [{ authorization: 'CANARY7' }] } }],
  ['progress', { progress: aProgress('ghp_CANARY7') }],
  ['result', { result: { mark: 'w#3', again: 'w#3', url: 'postgres://me:CANARY7@db' } }],
  ['error', { error: { code: 'ERROR', message: 'w#3', name: null, stack: 'Error: CANARY7' } }],
  ['execution', { execution: { cancel: { reason: 'CANARY7' } } as Task['execution'] }],
];

describe('the checker', () => {
  it('finds nothing wrong with a history in which all is right', () => {
    expect(check(aHistory())).toEqual([]);
  });

  it('finds an acknowledged end that is lost (I1)', () => {
    const history = aHistory();
    expect(found({ ...history, tasks: history.tasks.slice(1) })).toContain('I1');
  });

  it('finds an acknowledged end that is another now (I1)', () => {
    const history = aHistory();
    const tasks = [orphaned({ id: 'w-1', version: 3 }), history.tasks[1] as Task];
    expect(found({ ...history, tasks })).toContain('I1');
  });

  it('finds an acknowledged write that is undone (I1)', () => {
    const history = aHistory();
    const entries = [
      ...(history.processes[0] as ProcessHistory).entries,
      ...answered(7, 'log', 'w-2', 'running', 8),
    ];
    const processes = [{ ...(history.processes[0] as ProcessHistory), entries }];
    expect(found({ ...history, processes })).toEqual(['I1']);
  });

  it('finds a task that was removed although nobody asked for it (I1)', () => {
    const history = aHistory();
    const change = { type: 'task.removed', ids: ['w-1'], position: '7' } as const;
    expect(found({ ...history, changes: [...history.changes, { at: 2_000, change }] })).toContain(
      'I1',
    );
  });

  it('finds a task that ends twice (I2)', () => {
    const history = aHistory();
    const again = { at: 2_000, change: changeTo(orphaned({ id: 'w-1', version: 4 })) };
    expect(found({ ...history, changes: [...history.changes, again] })).toContain('I2');
  });

  it('finds an end that no change told of (I2)', () => {
    const history = aHistory();
    expect(found({ ...history, changes: history.changes.slice(0, -1) })).toEqual(['I2']);
  });

  it('finds a task that comes back after it was removed (I2)', () => {
    const history = aHistory();
    const [first, ...rest] = history.changes;
    const change = { type: 'task.removed', ids: ['w-1'], position: '7' } as const;
    expect(
      found({ ...history, changes: [{ at: 400, change }, ...(first ? [first] : []), ...rest] }),
    ).toContain('I2');
  });

  it('finds a version that falls, or stays (I3)', () => {
    const history = aHistory();
    const [first, second, ...rest] = history.changes;
    if (!first || !second) throw new Error('It has two.');
    expect(found({ ...history, changes: [first, second, second, ...rest] })).toContain('I3');
  });

  it('finds a change that is missing (I3)', () => {
    const history = aHistory();
    const changes = history.changes.filter((_, index) => index !== 1);
    expect(found({ ...history, changes })).toEqual(['I3']);
    expect(found({ ...history, changes, reset: true })).toEqual([]);
  });

  it('finds half of a result (I4)', () => {
    const history = aHistory();
    const half = { ...(history.tasks[0] as Task), result: { mark: 'w#3', again: 'w#2' } };
    expect(found({ ...history, tasks: [half, history.tasks[1] as Task] })).toEqual(['I4']);
  });

  it('finds the result of a call that was refused (I4)', () => {
    const history = aHistory();
    const process = history.processes[0] as ProcessHistory;
    const entries: Entry[] = [
      ...process.entries.filter((entry) => !('op' in entry && entry.op === 3)),
      { kind: 'invoke', at: 100, op: 3, verb: 'complete', id: 'w-1' },
      { kind: 'fail', at: 100, op: 3, code: 'INVALID_TRANSITION' },
    ];
    expect(found({ ...history, processes: [{ ...process, entries }] })).toEqual(['I4']);
  });

  it('finds an end without its instant (I4)', () => {
    const history = aHistory();
    const half = { ...(history.tasks[0] as Task), completedAt: null };
    expect(found({ ...history, tasks: [half, history.tasks[1] as Task] })).toEqual(['I4']);
  });

  it('finds a part of the output of a call (I4)', () => {
    const outputs = new Map([['w-2', ['w#6 1/3', 'w#6 2/3']]]);
    expect(found({ ...aHistory(), outputs })).toEqual(['I4']);
  });

  it('finds a task that runs on after its process died (I5)', () => {
    const history = aHistory();
    const running = aTask({ id: 'w-2', version: 2, status: 'running' });
    expect(
      found({
        ...history,
        tasks: [history.tasks[0] as Task, running],
        counts: { ...history.counts, running: 1, failed: 0 },
        changes: history.changes.slice(0, -1),
        view: new Map([...history.view, ['w-2', { status: 'running', version: 2 }]]),
      }),
    ).toEqual(['I5']);
  });

  it('finds a task that was ended too late (I5)', () => {
    const history = aHistory();
    const changes = history.changes.map((seen) => ({ ...seen, at: seen.at * 3 }));
    expect(found({ ...history, changes })).toEqual(['I5']);
    const process = history.processes[0] as ProcessHistory;
    const death = { at: 1_000, watchedFrom: 4_000, withinMs: 2_000 };
    expect(found({ ...history, changes, processes: [{ ...process, death }] })).toEqual([]);
  });

  it('finds an orphan whose process lives (I6)', () => {
    const history = aHistory();
    const process = { ...(history.processes[0] as ProcessHistory), death: null };
    expect(found({ ...history, processes: [process] })).toEqual(['I6']);
    expect(found({ ...history, processes: [process], changes: [], reset: true })).toEqual(['I6']);
    expect(found({ ...history, processes: [{ ...process, wasAway: true }] })).toEqual([]);
  });

  it('finds an orphan whose process died only later (I6)', () => {
    const history = aHistory();
    const process = history.processes[0] as ProcessHistory;
    const death = { at: 1_600, watchedFrom: 0, withinMs: 2_000 };
    expect(found({ ...history, processes: [{ ...process, death }] })).toEqual(['I6']);
  });

  it('finds a watcher with another view than the list (I7)', () => {
    const history = aHistory();
    const stale = new Map([...history.view, ['w-2', { status: 'running', version: 2 } as const]]);
    expect(found({ ...history, view: stale })).toEqual(['I7']);
    expect(found({ ...history, view: new Map([...history.view].slice(1)) })).toEqual(['I7']);
    const more = new Map([...history.view, ['w-3', { status: 'running', version: 2 } as const]]);
    expect(found({ ...history, view: more })).toEqual(['I7']);
  });

  it('finds counts that are not those of the list (I8)', () => {
    const history = aHistory();
    expect(found({ ...history, counts: { ...history.counts, pending: 1 } })).toEqual(['I8']);
  });

  it('finds an id that paging gives twice (I8)', () => {
    const history = aHistory();
    const tasks = [...history.tasks, history.tasks[0] as Task];
    expect(found({ ...history, tasks, counts: { ...history.counts, completed: 2 } })).toEqual([
      'I8',
    ]);
  });

  it.each(PLANTED)('finds a planted secret in the %s of a kept task (I9)', (field, planted) => {
    const history = aHistory();
    const [first, second] = history.tasks as [Task, Task];
    const task = { ...first, ...planted, execution: { ...first.execution, ...planted.execution } };
    const violations = check({ ...history, tasks: [task, second] });
    expect(violations).toContainEqual({
      invariant: 'I9',
      what: `a planted secret is in the ${field} of w-1, as it is kept`,
    });
  });

  it('finds a planted secret that was told and is kept no more (I9)', () => {
    const history = aHistory();
    const [first, second, ...rest] = history.changes as [SeenChange, SeenChange];
    const task = aTask({ id: 'w-1', version: 2, status: 'running', progress: aProgress('CANARY') });
    const told = { ...second, change: changeTo(task) };
    expect(found({ ...history, changes: [first, told, ...rest] })).toEqual(['I9']);
  });

  it('finds a planted secret in a line of output, told or kept (I9)', () => {
    const history = aHistory();
    const [, running] = history.changes as [SeenChange, SeenChange];
    const { task } = running.change as { readonly task: Task };
    const line = { number: 1, at: 500, stream: 'log', text: 'Bearer CANARY7' } as const;
    const change: Change = { type: 'task.output', task, position: '2', lines: [line] };
    const changes = history.changes.map((seen) => (seen === running ? { ...seen, change } : seen));
    expect(found({ ...history, changes })).toEqual(['I9']);
    expect(found({ ...history, outputs: new Map([['w-1', ['Bearer CANARY7']]]) })).toEqual(['I9']);
  });

  it('finds a planted secret in what a process printed (I9)', () => {
    const history = aHistory();
    const process = history.processes[0] as ProcessHistory;
    const printed = 'opened\nWarning: password=CANARY7';
    expect(found({ ...history, processes: [{ ...process, printed }] })).toEqual(['I9']);
  });

  it('finds a process that does not end after its close, or ends badly (I10)', () => {
    const history = aHistory();
    const process = history.processes[0] as ProcessHistory;
    const ends = (ending: ProcessHistory['ending']): readonly string[] =>
      found({ ...history, processes: [{ ...process, ending }] });
    expect(ends({ code: 0, signal: null, afterCloseMs: 900 })).toEqual([]);
    expect(ends({ code: 0, signal: null, afterCloseMs: 60_000 })).toEqual(['I10']);
    expect(ends({ code: 70, signal: null, afterCloseMs: 1 })).toEqual(['I10']);
  });

  it('finds an error that nobody handled (I10)', () => {
    const history = aHistory();
    const process = history.processes[0] as ProcessHistory;
    const entries: Entry[] = [
      ...process.entries,
      { kind: 'note', at: 1, what: 'uncaught', text: 'Error: boom' },
    ];
    expect(found({ ...history, processes: [{ ...process, entries }] })).toEqual(['I10']);
  });

  it('finds a process that holds more memory than allowed when its work is done (I11)', () => {
    const history = aHistory();
    const process = history.processes[0] as ProcessHistory;
    const holds = (...mebibytes: readonly number[]): readonly string[] => {
      const notes = mebibytes.map((size): Entry => ({
        kind: 'memory',
        at: 1,
        residentBytes: size * 2 ** 20,
      }));
      const entries = [...process.entries, ...notes];
      return found({ ...history, processes: [{ ...process, entries }] });
    };
    expect(holds(70, 198)).toEqual([]);
    expect(holds(70, 199)).toEqual(['I11']);
    // It was killed.
    expect(holds(700)).toEqual([]);
  });
});

/** Which invariants are broken, each once. */
function found(history: History): readonly string[] {
  return [...new Set(check(history).map(({ invariant }) => invariant))];
}

function aProcess(process: Partial<ProcessHistory>): ProcessHistory {
  return {
    name: 'w',
    entries: [],
    printed: '',
    death: null,
    wasAway: false,
    ending: null,
    ...process,
  };
}

function answered(
  op: number,
  verb: Verb,
  id: string,
  status: Task['status'],
  version: number,
): readonly Entry[] {
  return [
    { kind: 'invoke', at: op, op, verb, id },
    { kind: 'ok', at: op, op, status, version },
  ];
}

function aProgress(message: string): Progress {
  return { message } as Progress;
}

function aTask(task: Partial<Task>): Task {
  const isPending = task.status === 'pending';
  return {
    id: 'w-1',
    number: 1,
    version: 1,
    status: 'pending',
    type: 'w',
    name: null,
    command: [],
    metadata: {},
    tags: [],
    createdAt: 1,
    startedAt: isPending ? null : 2,
    completedAt: null,
    progress: null,
    result: null,
    error: null,
    ...task,
    execution: {
      parent: null,
      owner: isPending ? null : { id: 'owner', host: 'here', pid: 7 },
      driver: 'caller',
      cancel: null,
      endedBy: null,
      lateOutcome: null,
      process: null,
      resultOmitted: null,
      ...task.execution,
    },
  };
}

function completed(task: Partial<Task>): Task {
  const running = aTask({ ...task, status: 'running' });
  return {
    ...running,
    status: 'completed',
    completedAt: 3,
    result: { mark: 'w#3', again: 'w#3' },
    execution: { ...running.execution, endedBy: { cause: 'caller', monitor: 'm' } },
  };
}

function orphaned(task: Partial<Task>): Task {
  const running = aTask({ ...task, status: 'running' });
  return {
    ...running,
    status: 'failed',
    completedAt: 3,
    error: { code: 'ORPHANED', message: 'It died.', name: null, stack: null },
    execution: { ...running.execution, endedBy: { cause: 'orphaned', monitor: 'm' } },
  };
}

const CHANGE = {
  pending: 'task.registered',
  running: 'task.started',
  completed: 'task.completed',
  failed: 'task.failed',
  cancelled: 'task.cancelled',
} as const;

function changeTo(task: Task): Change {
  return { type: CHANGE[task.status], task, position: String(task.version) };
}
