import type { TaskMonitor } from './monitor.js';
import type { Task } from './task.js';
import { ChangeLog } from './testing/change-log.js';
import { LIFECYCLE_STATES, type LifecycleState, Scene } from './testing/lifecycle-states.js';

const VERBS = ['start', 'progress', 'log', 'complete', 'fail', 'cancel', 'remove'] as const;

type Verb = (typeof VERBS)[number];

/**
 * What a verb does: `→` a status it moves to; `written` one version more, the status stays; `asked` the request to cancel is
 * recorded and the task runs on; `same` nothing, and it answers with the task; `late` it is noted beside the end that the
 * task has; `removed`; or the code of the error it throws, and nothing changes.
 */
type Outcome =
  | '→ running'
  | '→ completed'
  | '→ failed'
  | '→ cancelled'
  | 'written'
  | 'asked'
  | 'same'
  | 'late'
  | 'removed'
  | 'INVALID_TRANSITION'
  | 'TASK_NOT_FOUND';

const NO = 'INVALID_TRANSITION';
const NONE = 'TASK_NOT_FOUND';

/** What each verb does that is called on `mine` while the task is in that state. */
// prettier-ignore
const TABLE: Readonly<Record<LifecycleState, readonly [Outcome, Outcome, Outcome, Outcome, Outcome, Outcome, Outcome]>> = {
  // state                                       start        progress   log        complete       fail        cancel         remove
  'pending':                                   ['→ running', NO,        'written', NO,            '→ failed', '→ cancelled', NO],
  'running':                                   [NO,          'written', 'written', '→ completed', '→ failed', '→ cancelled', NO],
  'running, started by another monitor':       [NO,          'written', 'written', '→ completed', '→ failed', '→ cancelled', NO],
  'completed by an own call':                  [NO,          'same',    'same',    'same',        NO,         NO,            'removed'],
  'failed by an own call':                     [NO,          'same',    'same',    NO,            'same',     NO,            'removed'],
  'failed by an own call before its start':    [NO,          'same',    'same',    NO,            'same',     NO,            'removed'],
  'cancelled by an own call':                  [NO,          'same',    'same',    'late',        'late',     'same',        'removed'],
  'cancelled before its start':                [NO,          'same',    'same',    'late',        'late',     'same',        'removed'],
  'cancelled, a late outcome noted':           [NO,          'same',    'same',    'same',        'same',     'same',        'removed'],
  'completed by another monitor':              [NO,          'same',    'same',    'late',        'late',     NO,            'removed'],
  'failed by another monitor':                 [NO,          'same',    'same',    'late',        'late',     NO,            'removed'],
  'cancelled by another monitor':              [NO,          'same',    'same',    'late',        'late',     'same',        'removed'],
  'failed: its process died':                  [NO,          'same',    'same',    'late',        'late',     NO,            'removed'],
  'failed: its process was shut down':         [NO,          'same',    'same',    'late',        'late',     NO,            'removed'],
  'pending: a runner waits for a place':       [NO,          NO,        'written', NO,            '→ failed', '→ cancelled', NO],
  'running in a runner':                       [NO,          'written', 'written', '→ completed', '→ failed', 'asked',       NO],
  'running in a runner of another monitor':    [NO,          'written', 'written', '→ completed', '→ failed', 'asked',       NO],
  'running in a runner that was told to stop': [NO,          'written', 'written', '→ completed', '→ failed', 'same',        NO],
  'completed by a runner':                     [NO,          'same',    'same',    'same',        NO,         NO,            'removed'],
  'failed by a runner':                        [NO,          'same',    'same',    NO,            'same',     NO,            'removed'],
  'completed by a runner of another monitor':  [NO,          'same',    'same',    'late',        'late',     NO,            'removed'],
  'cancelled: its runner stopped':             [NO,          'same',    'same',    'late',        'late',     'same',        'removed'],
  'cancelled by force':                        [NO,          'same',    'same',    'late',        'late',     'same',        'removed'],
  'failed: its time limit passed':             [NO,          'same',    'same',    'late',        'late',     NO,            'removed'],
  'removed':                                   [NONE,        NONE,      NONE,      NONE,          NONE,       NONE,          NONE],
  'never registered':                          [NONE,        NONE,      NONE,      NONE,          NONE,       NONE,          NONE],
};

const CALLS: Readonly<Record<Verb, (monitor: TaskMonitor) => Promise<unknown>>> = {
  start: (monitor) => monitor.start('task-1'),
  progress: (monitor) => monitor.progress('task-1', 'halfway'),
  log: (monitor) => monitor.log('task-1', 'a line'),
  complete: (monitor) => monitor.complete('task-1', { result: 'the result' }),
  fail: (monitor) => monitor.fail('task-1', new Error('the reason')),
  cancel: (monitor) => monitor.cancel('task-1', { reason: 'superseded' }),
  remove: (monitor) => monitor.remove('task-1'),
};

for (const [state, make] of Object.entries(LIFECYCLE_STATES)) {
  describe(`a task that is ${state}`, () => {
    for (const [index, verb] of VERBS.entries()) {
      const outcome = TABLE[state as LifecycleState][index] as Outcome;
      it(`${verb}: ${outcome}`, async () => {
        const scene = new Scene();
        await make(scene);
        await scene.settle();
        const before = await scene.store.get('task-1');
        const log = await ChangeLog.open(scene.store);
        const answer = await CALLS[verb](scene.mine).catch((error: unknown) => error);
        const after = await scene.store.get('task-1');
        expectOutcome(verb, outcome, before, answer, after);
        expect(await log.lines()).toEqual(linesOf(verb, outcome, after));
        await scene.end();
      });
    }
  });
}

describe('a monitor that was closed', () => {
  for (const verb of VERBS) {
    it(`rejects ${verb} with MONITOR_CLOSED`, async () => {
      const scene = new Scene();
      await LIFECYCLE_STATES.running(scene);
      await scene.mine.close();
      await expect(CALLS[verb](scene.mine)).rejects.toMatchObject({ code: 'MONITOR_CLOSED' });
      await scene.end();
    });
  }
});

function expectOutcome(
  verb: Verb,
  outcome: Outcome,
  before: Task | null,
  answer: unknown,
  after: Task | null,
): void {
  switch (outcome) {
    case NO:
    case NONE: {
      expect(after).toEqual(before);
      const verbs = verb === 'progress' ? 'report progress of' : verb;
      expect(answer).toMatchObject({
        code: outcome,
        message: expect.stringContaining(
          outcome === NONE
            ? 'Task not found: task-1'
            : `Cannot ${verbs} task "task-1": it is ${before?.status}. `,
        ),
        details: { id: 'task-1', ...(outcome === NO && { status: before?.status, verb }) },
      });
      return;
    }
    case 'removed':
      expect(answer).toEqual(before);
      expect(after).toBeNull();
      return;
    case 'same':
      expect(answer).toEqual(before);
      expect(after).toEqual(before);
      return;
    case 'late': {
      const message = verb === 'fail' ? 'the reason' : null;
      const lateOutcome = {
        status: verb === 'fail' ? 'failed' : 'completed',
        at: expect.any(Number),
        message,
      };
      expect(after).toEqual({
        ...before,
        version: (before?.version ?? 0) + 1,
        execution: { ...before?.execution, lateOutcome },
      });
      break;
    }
    case 'asked':
      expect(after).toMatchObject({
        status: 'running',
        execution: { cancel: { reason: 'superseded', forced: false } },
      });
      break;
    case 'written':
      expect(after?.status).toBe(before?.status);
      if (verb === 'progress') expect(after?.progress?.message).toBe('halfway');
      break;
    default:
      expect(`→ ${after?.status}`).toBe(outcome);
      if (verb === 'complete') expect(after?.result).toBe('the result');
      if (verb === 'fail')
        expect(after?.error).toMatchObject({ code: 'ERROR', message: 'the reason' });
      if (verb === 'cancel') expect(after?.execution.cancel?.reason).toBe('superseded');
  }
  expect(answer).toEqual(after);
  expect(after?.version).toBe((before?.version ?? 0) + 1);
}

function linesOf(verb: Verb, outcome: Outcome, after: Task | null): readonly string[] {
  const line = (type: string): readonly string[] => [`${type} task-1 v${after?.version}`];
  switch (outcome) {
    case NO:
    case NONE:
    case 'same':
      return [];
    case 'removed':
      return ['task.removed task-1'];
    case 'asked':
      return line('task.cancel-requested');
    case 'late':
      return line('task.progress');
    case 'written':
      return line(verb === 'log' ? 'task.output' : 'task.progress');
    case '→ running':
      return line('task.started');
    default:
      return line(`task.${after?.status}`);
  }
}
