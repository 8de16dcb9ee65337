import { aNewTask } from '../testing/builders.js';
import { newTask } from '../task-patch.js';
import type { Task } from '../task.js';
import { audit } from './audit.js';
import { Entry } from './entry.js';
import { KeptTasks } from './kept-tasks.js';

const NO_LIMIT = Number.MAX_SAFE_INTEGER;

function keptOf(count: number): { readonly kept: KeptTasks; readonly entries: readonly Entry[] } {
  const kept = new KeptTasks({ maxFinished: NO_LIMIT, maxActive: NO_LIMIT, maxBytes: NO_LIMIT });
  const entries = Array.from({ length: count }, (_, index) => {
    const entry = new Entry(newTask(aNewTask({ id: `task-${index}` }), index + 1), null);
    kept.add(entry);
    return entry;
  });
  return { kept, entries };
}

function running({ task }: Entry): Task {
  return Object.freeze({ ...task, status: 'running' });
}

const open = (): void => {};

describe('audit', () => {
  it('finds a task whose status changed behind the back of the counters', async () => {
    const { kept, entries } = keptOf(3);
    const [first] = entries as [Entry];
    first.task = running(first);
    const { counted, recounted } = await audit(kept, open);
    expect(counted).toMatchObject({ pending: 3, running: 0 });
    expect(recounted).toMatchObject({ pending: 2, running: 1 });
  });

  it('tells the tasks as they were when it began', () => {
    const { kept, entries } = keptOf(2_000);
    const moment = kept.moment();
    const [first, second] = entries as [Entry, Entry];
    kept.become(first, running(first));
    kept.drop(second);
    kept.add(new Entry(newTask(aNewTask({ id: 'later-1' }), 5_000), null));
    const statuses = moment.entries.flat().map((entry) => moment.statusOf(entry));
    expect(statuses).toEqual(Array.from({ length: 2_000 }, () => 'pending'));
    expect(moment.counted).toMatchObject({ pending: 2_000, running: 0 });
    moment.forget();
  });

  it('ends between two steps once the store is closed', async () => {
    const { kept } = keptOf(600);
    // Time passes at every look at it, so that each piece is a step.
    let now = 0;
    const closed = (): void => {
      throw new Error('closed');
    };
    await expect(audit(kept, closed, () => (now += 10))).rejects.toThrow('closed');
  });
});
