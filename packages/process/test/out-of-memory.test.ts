import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { TaskMonitor } from '@task-monitor/core';
import { attach } from '../src/attach.js';
import { runCommand } from '../src/run-command.js';
import { message } from './fixture.js';

/** Makes a control group (version 1) below that of this process with 30 MB of memory; `null` where that is not allowed. */
function limitedGroup(): string | null {
  try {
    const [, own = ''] = /^\d+:memory:(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8')) ?? [];
    const folder = `/sys/fs/cgroup/memory${own}/task-monitor-${process.pid}`;
    mkdirSync(folder);
    writeFileSync(`${folder}/memory.limit_in_bytes`, '30000000');
    writeFileSync(`${folder}/memory.swappiness`, '0');
    return folder;
  } catch {
    return null;
  }
}

describe('a command that is killed by SIGKILL from elsewhere', () => {
  let monitor: TaskMonitor;
  beforeEach(() => {
    monitor = new TaskMonitor();
  });
  afterEach(() => monitor.close());

  it('says what that mostly means', async () => {
    const run = await runCommand(monitor, [
      'sh',
      '-c',
      'echo loading >&2; echo $$; exec sleep 1000',
    ]);
    const [pid] = await message(monitor, run, /^\d+$/);
    process.kill(Number(pid), 'SIGKILL');
    expect((await run.recorded).error).toMatchObject({
      code: 'SIGNAL',
      message:
        'Killed by SIGKILL, which this process did not send: probably the system was out of memory: loading',
    });
  });

  const group = limitedGroup();
  afterAll(() => {
    if (group !== null) rmdirSync(group);
  });
  // Where CI is set nothing may be skipped, and a machine whose groups are not ours to make is no failure.
  if (group !== null || process.env.CI === undefined) {
    (group === null ? it.skip : it)('says so for certain where the kernel counted it', async () => {
      const script = `echo $$ > ${group}/cgroup.procs; echo moved; read go; exec python3 -c 'bytearray(300_000_000)'`;
      const child = spawn('sh', ['-c', script]);
      await once(child.stdout, 'data');
      const run = await attach(monitor, child);
      child.stdin.end('go\n');
      expect((await run.recorded).error).toMatchObject({
        code: 'SIGNAL',
        message:
          'Killed by SIGKILL, which this process did not send: the system was out of memory, and its counter of such kills rose.',
      });
    });
  }
});
