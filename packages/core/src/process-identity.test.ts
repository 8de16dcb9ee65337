import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { processIdentity } from './process-identity.js';

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
