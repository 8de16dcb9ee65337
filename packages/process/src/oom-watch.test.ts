import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OomWatch } from './oom-watch.js';

describe('OomWatch', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'task-monitor-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, content: string) => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  const groups = (content: string) => {
    write('proc/4711/cgroup', content);
    flags(0x400000);
  };
  /** The flags of the kernel for the process. */
  const flags = (bits: number) =>
    write(
      'proc/4711/stat',
      `4711 (a (b) c) R 1 4711 4711 0 -1 ${bits} 0 0 0 0 0 0 0 0 20 0 1 0 77`,
    );
  const watch = () =>
    new OomWatch(4711, { proc: path.join(folder, 'proc'), cgroup: path.join(folder, 'cgroup') });
  const events = (kills: number) => `low 0\nhigh 0\nmax 12\noom 3\noom_kill ${kills}\n`;
  const control = (kills: number) => `oom_kill_disable 0\nunder_oom 0\noom_kill ${kills}\n`;

  it('sees the counter rise, of cgroups of version 2', () => {
    groups('0::/app.slice/worker\n');
    write('cgroup/app.slice/worker/memory.events', events(2));
    const oom = watch();
    expect(oom.happened).toBe(false);
    write('cgroup/app.slice/worker/memory.events', events(3));
    expect(oom.happened).toBe(true);
  });

  it('sees it rise, of version 1 among other controllers', () => {
    groups('9:name=systemd:/\n5:cpu,cpuacct:/x\n4:hugetlb,memory:/jobs/a\n0::/\n');
    write('cgroup/memory/jobs/a/memory.oom_control', control(0));
    const oom = watch();
    expect(oom.happened).toBe(false);
    write('cgroup/memory/jobs/a/memory.oom_control', control(1));
    expect(oom.happened).toBe(true);
  });

  it('takes the group of a container, which is mounted in place of the root', () => {
    groups('0::/docker/1234\n');
    write('cgroup/memory.events', events(0));
    const oom = watch();
    write('cgroup/memory.events', events(1));
    expect(oom.happened).toBe(true);
  });

  it('counts anew in a group that the process moved to', () => {
    groups('0::/a\n');
    write('cgroup/a/memory.events', events(0));
    write('cgroup/b/memory.events', events(5));
    const oom = watch();
    groups('0::/b\n');
    oom.look();
    expect(oom.happened).toBe(false);
    write('cgroup/b/memory.events', events(6));
    expect(oom.happened).toBe(true);
    // The process has ended: its last group counts.
    rmSync(path.join(folder, 'proc'), { recursive: true });
    oom.look();
    expect(oom.happened).toBe(true);
  });

  it('does not take the root for the group of a process that is ending', () => {
    groups('4:memory:/jobs/a\n');
    write('cgroup/memory/jobs/a/memory.oom_control', control(0));
    write('cgroup/memory/memory.oom_control', control(7));
    const oom = watch();
    write('cgroup/memory/jobs/a/memory.oom_control', control(1));
    groups('4:memory:/\n');
    flags(0x400004);
    oom.look();
    expect(oom.happened).toBe(true);
  });

  it.each(['', '0::/nowhere\n', 'nonsense', '4:memory:/nowhere\n'])(
    'knows nothing where the system does not tell: %j',
    (content) => {
      groups(content);
      expect(watch().happened).toBe(false);
      rmSync(path.join(folder, 'proc'), { recursive: true });
      expect(watch().happened).toBe(false);
    },
  );
});
