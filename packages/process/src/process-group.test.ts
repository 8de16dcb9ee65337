import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { isRunning, node } from '../test/fixture.js';
import { ProcessGroup } from './process-group.js';

describe('ProcessGroup', () => {
  const groups: number[] = [];
  afterEach(() => {
    jest.restoreAllMocks();
    for (const group of groups.splice(0)) {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        // Nothing is left of it.
      }
    }
  });

  /** A leader that exits when its input ends, and how many descendants of it live on. */
  const start = async (descendants: number) => {
    const script = `
      const { spawn } = require('child_process');
      const pids = Array.from({ length: ${descendants} }, () => spawn('sleep', ['1000'], { stdio: 'ignore' }).pid);
      console.log(JSON.stringify(pids));
      process.stdin.on('end', () => process.exit()).resume();`;
    const [program = '', ...args] = node(script);
    const leader = spawn(program, args, { detached: true });
    groups.push(leader.pid as number);
    const group = new ProcessGroup(leader);
    leader.once('exit', () => group.leaderExited());
    const pids = JSON.parse(String((await once(leader.stdout, 'data'))[0])) as number[];
    return { leader, group, pids };
  };
  const exit = async (leader: ChildProcess) => {
    leader.stdin?.end();
    await once(leader, 'exit');
  };

  it('reaches the leader and its descendants', async () => {
    const { leader, group, pids } = await start(2);
    const exited = once(leader, 'exit');
    group.signal('SIGKILL');
    expect((await exited)[1]).toBe('SIGKILL');
    // They are killed in the same call; when each is seen to be dead is up to the kernel.
    while (pids.some(isRunning)) await turn();
  });

  it('reaches the descendants that the leader left behind', async () => {
    const { leader, group, pids } = await start(1);
    await exit(leader);
    expect(group.isEmpty()).toBe(false);
    group.signal('SIGKILL');
    while (!group.isEmpty() && !(await group.hasOnlyDead())) await new Promise(setImmediate);
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('is never signalled again once it was empty', async () => {
    const { leader, group } = await start(0);
    await exit(leader);
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    expect(group.isEmpty()).toBe(true);
    group.signal('SIGTERM');
    group.signal('SIGKILL');
    expect(kill).not.toHaveBeenCalled();
  });

  it('is signalled, however long this process was held up, while a member lives that is older than its last sight', async () => {
    const { leader, group, pids } = await start(1);
    // The system tells the age of a process in hundredths of a second.
    holdUp(100);
    await exit(leader);
    holdUp(2_100);
    group.signal('SIGKILL');
    while (pids.some(isRunning)) await turn();
    expect(group.isEmpty() || (await group.hasOnlyDead())).toBe(true);
  });

  it('is not signalled when no member of it was seen for a while, and all are younger', async () => {
    const { leader, group, pids } = await start(1);
    await exit(leader);
    // Longer than they live: they may be strangers.
    const now = performance.now();
    jest.spyOn(performance, 'now').mockReturnValue(now + 3_600_000);
    group.signal('SIGKILL');
    expect(pids.filter(isRunning)).toEqual(pids);
    expect(group.isEmpty()).toBe(true);
  });

  it('counts members of another user as there', async () => {
    const { leader, group } = await start(0);
    const refused = Object.assign(new Error('EPERM'), { code: 'EPERM' });
    const kill = jest.spyOn(process, 'kill').mockImplementation(() => {
      throw refused;
    });
    await exit(leader);
    expect(group.isEmpty()).toBe(false);
    expect(() => group.signal('SIGTERM')).not.toThrow();
    kill.mockRestore();
  });

  it('is the leader alone on Windows', () => {
    const leader = { pid: 4711, kill: jest.fn(() => true) };
    const group = new ProcessGroup(leader, 'win32');
    group.signal('SIGTERM');
    expect(leader.kill).toHaveBeenCalledWith('SIGTERM');
    group.leaderExited();
    group.signal('SIGKILL');
    expect(group.isEmpty()).toBe(true);
    expect(leader.kill).toHaveBeenCalledTimes(1);
  });
});

/** Keeps the event loop busy, as the work of a host may. */
function holdUp(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}
