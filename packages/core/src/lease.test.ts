import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import type { TaskMonitorOptions } from './monitor-options.js';
import { processIdentity } from './process-identity.js';
import type { RunContext } from './run-context.js';
import type { LeaseHolder } from './store.js';
import type { Task } from './task.js';
import { ChangeLog } from './testing/change-log.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';
import { Writer } from './testing/writer.js';

const onLinux = process.platform === 'linux' ? it : it.skip;

const untilAborted = ({ signal }: RunContext): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

/** A clock of which more time has passed than its timers have noticed yet. */
class LateClock extends FakeClock {
  late = 0;

  override now(): number {
    return super.now() + this.late;
  }

  override monotonic(): number {
    return super.monotonic() + this.late;
  }
}

/** A process with a monitor: time passes in it unless it is paused. */
class Process {
  readonly clock = new LateClock();
  readonly faults: FaultStore;
  readonly monitor: TaskMonitor;
  readonly errors: string[] = [];
  paused = false;

  constructor(store: MemoryStore, options: TaskMonitorOptions) {
    this.faults = new FaultStore(store);
    this.monitor = new TaskMonitor({
      store: this.faults,
      clock: this.clock,
      closeStore: false,
      retention: false,
      captureStacks: false,
      onError: (_, where) => this.errors.push(where),
      ...options,
    });
  }

  /** After a pause of `ms`: all timers that were due meanwhile fire at once. */
  wakeUp(ms: number): void {
    this.paused = false;
    this.clock.advance(ms);
  }
}

describe('the lease of a monitor', () => {
  let storeClock: FakeClock;
  let store: MemoryStore;
  let processes: Process[];
  const open = (options: TaskMonitorOptions = {}): Process => {
    const opened = new Process(store, options);
    processes.push(opened);
    return opened;
  };
  /** Lets time pass for the store and all processes that are not paused. */
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) {
      storeClock.advance(500);
      for (const { clock, paused } of processes) if (!paused) await clock.advanceAsync(500);
    }
  };
  const startTask = async ({ monitor }: Process, id: string): Promise<Task> => {
    await monitor.register({ id });
    return monitor.start(id);
  };
  beforeEach(() => {
    storeClock = new FakeClock();
    store = new MemoryStore({ clock: storeClock });
    processes = [];
  });
  afterEach(async () => {
    for (const { faults, monitor, clock } of processes) {
      for (const method of ['renewLease', 'expireLeases', 'releaseLease', 'transition'] as const)
        faults.set(method, 'ok');
      faults.release();
      const closed = monitor.close();
      await clock.advanceAsync(6_000);
      await closed;
    }
  });

  it('is one for all of its tasks, taken before the first, and renewed every 5 seconds', async () => {
    const { monitor, faults, clock } = open();
    await monitor.register({ id: 'a1' });
    expect(faults.calls('renewLease')).toBe(0);
    const first = await monitor.start('a1');
    const run = await monitor.run({ id: 'a2' }, untilAborted);
    expect(faults.calls('renewLease')).toBe(1);
    expect(first.execution.owner).toMatchObject({ pid: process.pid });
    expect(run.task.execution.owner).toEqual(first.execution.owner);
    await clock.advanceAsync(4_999);
    expect(faults.calls('renewLease')).toBe(1);
    await clock.advanceAsync(1);
    expect(faults.calls('renewLease')).toBe(2);
    await clock.advanceAsync(55_000);
    expect(faults.calls('renewLease')).toBe(13);
  });

  it('has another owner id in every monitor', async () => {
    const owners = new Set<string | undefined>();
    for (let count = 0; count < 50; count++) {
      const opened = open();
      owners.add((await startTask(opened, `a${count}`)).execution.owner?.id);
      owners.add(opened.monitor.id);
    }
    expect(owners.size).toBe(100);
  });

  it('keeps the tasks of a process that lives, for as long as it lives', async () => {
    const a = open();
    open();
    await startTask(a, 'a1');
    await pass(600_000);
    expect((await store.get('a1'))?.status).toBe('running');
  });

  describe('of a process that died', () => {
    it('ends its tasks within 45 seconds, with what they had reported', async () => {
      const dead = open({ concurrency: 1 });
      const { monitor: other } = open();
      await startTask(dead, 'by-hand-1');
      await dead.monitor.progress('by-hand-1', { message: 'embedding', current: 12, total: 80 });
      await dead.monitor.log('by-hand-1', 'the last line');
      await dead.monitor.run({ id: 'run1' }, untilAborted);
      await dead.monitor.run({ id: 'waiting1' }, untilAborted);
      await dead.monitor.register({ id: 'nobody-started-it-1' });
      await pass(7_000);
      dead.paused = true;
      let seconds = 0;
      while ((await other.get('by-hand-1')).status === 'running' && seconds < 60) {
        await pass(1_000);
        seconds++;
      }
      expect(seconds).toBeGreaterThanOrEqual(25);
      expect(seconds).toBeLessThanOrEqual(45);
      expect(await other.get('by-hand-1')).toMatchObject({
        status: 'failed',
        progress: { message: 'embedding', percent: 15 },
        error: {
          code: 'ORPHANED',
          message: 'The process that ran it died, or was away for longer than its lease.',
          name: null,
          stack: null,
        },
        execution: { endedBy: { cause: 'orphaned', monitor: other.id } },
      });
      expect((await other.output('by-hand-1')).lines.map(({ text }) => text)).toEqual([
        'the last line',
      ]);
      for (const id of ['run1', 'waiting1']) {
        expect(await other.get(id)).toMatchObject({
          status: 'failed',
          error: { code: 'ORPHANED' },
        });
      }
      expect((await other.get('nobody-started-it-1')).status).toBe('pending');
    });

    it('ends each of them once, however many look', async () => {
      const dead = open();
      for (let count = 0; count < 5; count++) open();
      for (let count = 0; count < 20; count++) await startTask(dead, `a${count}`);
      const log = await ChangeLog.open(store);
      dead.paused = true;
      await pass(60_000);
      const failed = (await log.read()).filter(({ type }) => type === 'task.failed');
      expect(failed).toHaveLength(20);
      expect(await store.counts({})).toMatchObject({ running: 0, failed: 20 });
    });

    it('ends thousands of them', async () => {
      const dead = open();
      open();
      for (let count = 0; count < 2_500; count++) await startTask(dead, `a${count}`);
      dead.paused = true;
      await pass(45_000);
      expect(await store.counts({})).toMatchObject({ running: 0, failed: 2_500 });
    });
  });

  describe('of a process that died on the same machine', () => {
    /** The pid of a process that lives, with another start: whoever had it before is dead. */
    const killed: LeaseHolder = {
      owner: { id: 'owner-1', host: 'here', pid: 1 },
      bootId: processIdentity().bootId,
      pidStart: 'another',
    };
    const take = (holder: LeaseHolder): Promise<unknown> =>
      store.renewLease({ ...holder, durationMs: 30_000, renew: false });
    let writer: Writer;
    let child: ChildProcess | undefined;
    beforeEach(() => (writer = new Writer(store, 'dead-monitor')));
    afterEach(() => child?.kill('SIGKILL'));

    onLinux('is taken away in the moment after the opening', async () => {
      await take(killed);
      await writer.createRunning({}, killed.owner);
      await open().clock.advanceAsync(100);
      expect((await store.get('task-1'))?.error?.code).toBe('ORPHANED');
      expect((await holdersOf(store)).holders).toEqual([]);
    });

    onLinux.each([150, 550, 1_050, 1_500])(
      'is taken away within 2 seconds of the opening if it comes to light after %i ms',
      async (afterMs) => {
        const { clock } = open();
        await clock.advanceAsync(afterMs);
        await take(killed);
        await writer.createRunning({}, killed.owner);
        await clock.advanceAsync(2_000 - afterMs);
        expect((await store.get('task-1'))?.error?.code).toBe('ORPHANED');
      },
    );

    onLinux('does not save a task that its server started after that', async () => {
      await take(killed);
      await writer.create();
      const { clock } = open();
      await clock.advanceAsync(300);
      expect((await holdersOf(store)).holders).toEqual([]);
      await writer.start('task-1', { owner: killed.owner });
      await clock.advanceAsync(1_700);
      expect((await store.get('task-1'))?.error?.code).toBe('ORPHANED');
    });

    it('does not save a task that its server started after another process, now dead, too, had found that out', async () => {
      await writer.createRunning({}, killed.owner);
      await open().clock.advanceAsync(100);
      expect((await store.get('task-1'))?.error?.code).toBe('ORPHANED');
    });

    onLinux('is taken away although it still lived at the opening', async () => {
      child = spawn('sleep', ['1000'], { stdio: 'ignore' });
      const dying = dyingHolder(child);
      await take(dying);
      await writer.createRunning({}, dying.owner);
      const { clock } = open();
      await clock.advanceAsync(400);
      expect((await store.get('task-1'))?.status).toBe('running');
      child.kill('SIGKILL');
      await once(child, 'exit');
      await clock.advanceAsync(1_600);
      expect((await store.get('task-1'))?.error?.code).toBe('ORPHANED');
    });

    onLinux('is taken away although the store could not be reached at first', async () => {
      await take(killed);
      await writer.createRunning({}, killed.owner);
      const { clock, faults, errors } = open();
      faults.set('expireLeases', 'failBefore');
      await clock.advanceAsync(1_200);
      expect(errors).toContain('keeping the lease');
      faults.set('expireLeases', 'ok');
      await clock.advanceAsync(800);
      expect((await store.get('task-1'))?.error?.code).toBe('ORPHANED');
    });

    it('is looked for five times in 3 seconds, and then as seldom as any other', async () => {
      const { clock, faults } = open();
      await clock.advanceAsync(3_000);
      expect(faults.calls('expireLeases')).toBe(5);
      await clock.advanceAsync(4_900);
      expect(faults.calls('expireLeases')).toBe(5);
    });
  });

  describe('of a process that was away', () => {
    it.each([0, 1_000, 2_500, 4_500])(
      'survives a pause of 20 seconds, %i ms after a renewal',
      async (phase) => {
        const a = open();
        open();
        await startTask(a, 'a1');
        await pass(15_000 + phase);
        a.paused = true;
        await pass(20_000);
        a.wakeUp(20_000);
        await pass(60_000);
        expect((await store.get('a1'))?.status).toBe('running');
      },
    );

    it('is lost after two minutes: its functions are stopped, and later tasks have a new owner', async () => {
      const a = open();
      const b = open();
      const gate: { reason?: unknown } = {};
      const run = await a.monitor.run({ id: 'run1' }, async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        gate.reason = signal.reason;
        return 'what it still came to';
      });
      await startTask(a, 'by-hand-1');
      const aborted = a.monitor.signal('by-hand-1');
      a.paused = true;
      await pass(120_000);
      expect((await b.monitor.get('run1')).status).toBe('failed');
      a.wakeUp(120_000);
      await pass(10_000);
      expect(gate.reason).toMatchObject({ name: 'AbortError', why: 'ended' });
      expect(await run.finished).toBe('what it still came to');
      expect(await run.recorded).toMatchObject({
        status: 'failed',
        error: { code: 'ORPHANED' },
        execution: { lateOutcome: { status: 'completed' } },
      });
      expect(aborted.aborted).toBe(true);
      expect(await a.monitor.complete('by-hand-1', { result: 1 })).toMatchObject({
        status: 'failed',
        result: null,
        execution: { lateOutcome: { status: 'completed' } },
      });
      const later = await startTask(a, 'later1');
      expect(later.execution.owner?.id).not.toBe(run.task.execution.owner?.id);
      await pass(120_000);
      expect((await store.get('later1'))?.status).toBe('running');
    });

    it('is taken anew before the first task after the pause, not with the next renewal', async () => {
      const a = open();
      const b = open();
      const before = await startTask(a, 'a1');
      a.paused = true;
      await pass(120_000);
      // The pause is over, and a request is served before any timer fires.
      a.clock.late = 120_000;
      const after = await startTask(a, 'a2');
      const run = await a.monitor.run({ id: 'a3' }, untilAborted);
      a.paused = false;
      expect(after.execution.owner?.id).not.toBe(before.execution.owner?.id);
      expect(run.task.execution.owner?.id).toBe(after.execution.owner?.id);
      await pass(60_000);
      expect((await b.monitor.get('a2')).status).toBe('running');
      expect((await b.monitor.get('a3')).status).toBe('running');
    });

    it('survives when all were away: who is alive gets time to renew first', async () => {
      const a = open();
      const b = open();
      const gone = open();
      await startTask(a, 'a1');
      await startTask(b, 'b1');
      await startTask(gone, 'gone1');
      await pass(12_000);
      for (const each of processes) each.paused = true;
      await pass(1_800_000);
      a.wakeUp(1_800_000);
      b.wakeUp(1_800_000);
      await pass(29_000);
      expect((await store.get('gone1'))?.status).toBe('running');
      await pass(30_000);
      expect((await store.get('a1'))?.status).toBe('running');
      expect((await store.get('b1'))?.status).toBe('running');
      expect((await store.get('gone1'))?.error?.code).toBe('ORPHANED');
    });

    it.each([3_600_000, -3_600_000])('survives a jump of the wall clock by %i ms', async (jump) => {
      const a = open();
      const b = open();
      await startTask(a, 'a1');
      await startTask(b, 'b1');
      await pass(20_000);
      a.clock.jumpWall(jump);
      await pass(40_000);
      storeClock.jumpWall(jump);
      await pass(40_000);
      expect(await store.counts({})).toMatchObject({ running: 2, failed: 0 });
    });
  });

  describe('when the store is in trouble', () => {
    it('survives an outage of 20 seconds, and says what went wrong', async () => {
      const a = open();
      open();
      await startTask(a, 'a1');
      await pass(5_000);
      a.faults.set('renewLease', 'failBefore');
      await pass(20_000);
      a.faults.set('renewLease', 'ok');
      await pass(60_000);
      expect((await store.get('a1'))?.status).toBe('running');
      expect(a.errors).toContain('keeping the lease');
    });

    it('survives an outage for all of ten minutes', async () => {
      const all = [open(), open(), open()];
      for (const [index, each] of all.entries()) await startTask(each, `a${index}`);
      await pass(10_000);
      for (const { faults } of all) {
        faults.set('renewLease', 'failBefore');
        faults.set('expireLeases', 'failBefore');
      }
      await pass(600_000);
      for (const { faults } of all) {
        faults.set('renewLease', 'ok');
        faults.set('expireLeases', 'ok');
      }
      await pass(90_000);
      expect(await store.counts({})).toMatchObject({ running: 3, failed: 0 });
    });

    it('judges nobody while its own renewals fail', async () => {
      const a = open();
      const b = open();
      await startTask(a, 'a1');
      await startTask(b, 'b1');
      await pass(10_000);
      a.paused = true;
      b.faults.set('renewLease', 'failBefore');
      await pass(120_000);
      expect((await store.get('a1'))?.status).toBe('running');
      a.wakeUp(120_000);
      b.faults.set('renewLease', 'ok');
      await pass(60_000);
      expect(await store.counts({})).toMatchObject({ running: 2, failed: 0 });
    });

    it('never has two renewals on their way, or two searches', async () => {
      const a = open();
      await startTask(a, 'a1');
      for (const method of ['renewLease', 'expireLeases'] as const) {
        a.faults.set(method, 'delay');
        const before = a.faults.calls(method);
        while (a.faults.calls(method) === before) await pass(500);
        // Given up after five seconds without an answer, and planned anew from then on.
        await pass(4_500);
        expect(a.faults.calls(method)).toBe(before + 1);
        a.faults.set(method, 'ok');
        a.faults.release();
      }
      await pass(60_000);
      expect((await store.get('a1'))?.status).toBe('running');
    });

    it('goes on at the same pace after it could not be taken, or was lost', async () => {
      const a = open();
      const b = open();
      a.faults.set('renewLease', 'failBefore');
      await a.monitor.register({ id: 'a1' });
      await expect(a.monitor.start('a1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect((await store.get('a1'))?.status).toBe('pending');
      a.faults.set('renewLease', 'ok');
      await Promise.all([a.monitor.start('a1'), startTask(a, 'a2'), startTask(a, 'a3')]);
      a.paused = true;
      await pass(120_000);
      expect((await b.monitor.get('a1')).status).toBe('failed');
      // Back again, and the store fails just when the new lease is wanted.
      const renew = a.faults.renewLease.bind(a.faults);
      let fails = true;
      a.faults.renewLease = async (request) => {
        if (!request.renew && fails) throw new Error('no answer');
        return renew(request);
      };
      a.wakeUp(120_000);
      await pass(12_000);
      fails = false;
      await startTask(a, 'a4');
      await pass(5_000);
      const before = a.faults.calls('renewLease');
      await pass(60_000);
      expect(a.faults.calls('renewLease')).toBe(before + 12);
      expect((await store.get('a4'))?.status).toBe('running');
    });
  });

  describe('when the monitor is closed', () => {
    it('is given back last, and the tasks that are left are ended', async () => {
      const a = open();
      await startTask(a, 'a1');
      await a.monitor.close();
      expect(await store.get('a1')).toMatchObject({
        status: 'failed',
        error: { code: 'SHUTDOWN' },
      });
      const { holders } = await holdersOf(store);
      expect(holders).toEqual([]);
      expect(a.clock.timers).toBe(0);
    });

    it('is not taken again by a renewal that was on its way', async () => {
      const a = open();
      await startTask(a, 'a1');
      a.faults.set('renewLease', 'delay');
      await a.clock.advanceAsync(5_000);
      const closed = a.monitor.close();
      await turn();
      a.faults.set('renewLease', 'ok');
      a.faults.release();
      await closed;
      await turn();
      expect((await holdersOf(store)).holders).toEqual([]);
      expect((await store.get('a1'))?.error?.code).toBe('SHUTDOWN');
      expect([a.errors, a.clock.timers]).toEqual([[], 0]);
    });

    it('leaves no task without an owner that lives, whenever that was started', async () => {
      for (let delay = 0; delay < 12; delay++) {
        const a = open();
        const id = `a${delay}`;
        await a.monitor.register({ id });
        const started = a.monitor.start(id).catch((error: unknown) => error);
        for (let tick = 0; tick < delay; tick++) await Promise.resolve();
        await a.monitor.close();
        await started;
        const task = await store.get(id);
        if (task?.status !== 'pending')
          expect(task).toMatchObject({ status: 'failed', error: { code: 'SHUTDOWN' } });
      }
      expect((await holdersOf(store)).holders).toEqual([]);
    });

    it('says nothing of a search that was on its way', async () => {
      const a = open({ closeStore: true });
      await startTask(a, 'a1');
      // The first looks for the dead are over; the search comes after 8 to 12 s.
      await a.clock.advanceAsync(3_000);
      a.faults.set('expireLeases', 'delay');
      await a.clock.advanceAsync(9_000);
      a.faults.set('expireLeases', 'ok');
      await a.monitor.close();
      a.faults.release();
      await turn();
      expect(a.errors).toEqual([]);
    });
  });
});

/** The lease of a process as long as it lives. */
function dyingHolder({ pid = 0 }: ChildProcess): LeaseHolder {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return {
    owner: { id: 'owner-1', host: 'here', pid },
    bootId: processIdentity().bootId,
    pidStart: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '',
  };
}

function holdersOf(store: MemoryStore) {
  return store.expireLeases({
    dead: [],
    expired: false,
    gapMs: 16_000,
    graceMs: 30_000,
    error: { code: 'ORPHANED', message: '', name: null, stack: null },
    endedBy: { cause: 'orphaned', monitor: 'test' },
    at: 0,
    limit: 1,
    operation: { writer: 'test', sequence: 1 },
  });
}
