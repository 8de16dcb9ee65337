import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hasDied, processIdentity } from './process-identity.js';
import type { LeaseHolder } from './store.js';

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('processIdentity', () => {
  it('names the host and the process', () => {
    expect(processIdentity()).toMatchObject({ host: hostname(), pid: process.pid });
  });

  onLinux('names the boot of the machine and the pid namespace', () => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    expect(processIdentity().bootId).toBe(`${boot} ${readlinkSync('/proc/self/ns/pid')}`);
  });

  onLinux('names the start of the process, in clock ticks since the boot', () => {
    const { pidStart } = processIdentity();
    expect(pidStart).toMatch(/^\d+$/);
    const uptimeSeconds = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    const ageSeconds = uptimeSeconds - Number(pidStart) / 100;
    expect(Math.abs(ageSeconds - process.uptime())).toBeLessThan(5);
  });

  onLinux('is the same whenever it is asked', () => {
    expect(processIdentity()).toEqual(processIdentity());
  });
});

describe('hasDied', () => {
  const own = processIdentity();
  const startOf = (pid: number): string => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  };
  const holder = (pid: number, pidStart: string, bootId = own.bootId): LeaseHolder => ({
    owner: { id: 'owner-1', host: own.host, pid },
    bootId,
    pidStart,
  });
  const children: ChildProcess[] = [];
  const start = (...command: readonly [string, ...string[]]): ChildProcess & { pid: number } => {
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    return child as ChildProcess & { pid: number };
  };
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

  onLinux('takes nobody for dead who lives', () => {
    const { pid } = start('sleep', '1000');
    expect(hasDied(holder(pid, startOf(pid)), own)).toBe(false);
    expect(hasDied(holder(process.pid, own.pidStart), own)).toBe(false);
    // The first process belongs to nobody here, and may be another user's.
    expect(hasDied(holder(1, startOf(1)), own)).toBe(false);
  });

  onLinux('knows who was killed', async () => {
    const child = start('sleep', '1000');
    const dead = holder(child.pid, startOf(child.pid));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(hasDied(dead, own)).toBe(true);
  });

  onLinux('does not take another process for one that had the same pid', () => {
    const { pid } = start('sleep', '1000');
    expect(hasDied(holder(pid, '1'), own)).toBe(true);
  });

  onLinux('knows who ended and waits for being collected', async () => {
    // The shell becomes a program that never collects what the shell had started, and that ends only then.
    const ends = 'until read name < /proc/$PPID/comm && [ "$name" = sleep ]; do :; done';
    const parent = start('sh', '-c', 'sh -c "$0" & echo $!; exec sleep 1000', ends);
    const [line] = (await once(parent.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const pid = Number(line.toString());
    const stateOf = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? '';
    while (!stateOf().startsWith('Z')) await new Promise((resolve) => setImmediate(resolve));
    expect(hasDied(holder(pid, startOf(pid)), own)).toBe(true);
  });

  onLinux('claims nothing of another machine, another boot or another container', () => {
    expect(hasDied(holder(2 ** 22 - 1, '1', 'another boot'), own)).toBe(false);
  });
});
