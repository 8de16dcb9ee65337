import { aCancellation, aNewTask, anOwner, aParent } from '../testing/builders.js';
import { Executions } from './executions.js';

describe('Executions', () => {
  const owner = anOwner();
  const endedBy = Object.freeze({ cause: 'caller', monitor: 'monitor-1' } as const);
  const made = (id: string) => aNewTask({ id, owner, driver: 'runner' });

  it('are one object for tasks that were run and ended alike', () => {
    const executions = new Executions();
    const first = executions.of(made('a1'));
    expect(executions.of(made('a2'))).toBe(first);
    expect(executions.patched(first, { owner })).toBe(first);
    const ended = executions.patched(first, { status: 'completed', endedBy });
    expect(ended).toEqual({ ...first, endedBy });
    expect(executions.of(made('a3'))).toBe(first);
    expect(executions.patched(first, { status: 'failed', endedBy })).toBe(ended);
  });

  it('are never shared by tasks that differ', () => {
    const executions = new Executions();
    const first = executions.of(made('a1'));
    const other = anOwner('owner-2');
    expect(executions.of(aNewTask({ owner, driver: 'caller' }))).toMatchObject({
      driver: 'caller',
    });
    expect(executions.of(aNewTask({ owner: other, driver: 'runner' })).owner).toBe(other);
    expect(executions.of(aNewTask({ owner, parent: aParent() })).parent).toEqual(aParent());
    const cancel = aCancellation();
    const asked = executions.patched(first, { cancel });
    expect(asked).toEqual({ ...first, cancel });
    const late = { status: 'failed', at: 1, message: null } as const;
    expect(executions.patched(asked, { endedBy })).toEqual({ ...first, cancel, endedBy });
    expect(executions.patched(first, { endedBy, lateOutcome: late })).toEqual({
      ...first,
      endedBy,
      lateOutcome: late,
    });
    expect(executions.patched(first, { endedBy })).toEqual({ ...first, endedBy });
    const byOther = Object.freeze({ cause: 'orphaned', monitor: 'monitor-2' } as const);
    expect(executions.patched(first, { endedBy: byOther }).endedBy).toBe(byOther);
  });
});
