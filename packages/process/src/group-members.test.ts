import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { python } from '../test/fixture.js';
import { hasLiveMember } from './group-members.js';

describe('hasLiveMember', () => {
  it('sees a living member', async () => {
    const child = spawn('sleep', ['1000'], { detached: true });
    const group = child.pid as number;
    expect(await hasLiveMember(group)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await hasLiveMember(group)).toBe(false);
  });

  it('takes members that nobody collects for dead, which a signal cannot', async () => {
    const script = `
import os, sys
pid = os.fork()
if pid == 0:
    os.setpgid(0, 0)
    os._exit(0)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
print(pid, flush=True)
sys.stdin.read()`;
    const [program = '', ...args] = python(script);
    const parent = spawn(program, args);
    const [group] = (await once(parent.stdout, 'data')).map(Number);
    expect(process.kill(-(group as number), 0)).toBe(true);
    expect(await hasLiveMember(group as number)).toBe(false);
    parent.stdin.end();
    await once(parent, 'exit');
  });

  it('cannot tell without /proc', async () => {
    expect(await hasLiveMember(1, '/nothing')).toBeNull();
    expect(await hasLiveMember(1, '/dev')).toBeNull();
  });
});
