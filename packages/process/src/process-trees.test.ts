import type { ProcessEntry } from './process-table.js';
import { ProcessTrees } from './process-trees.js';

const entry = (pid: number, parent: number, group: number): ProcessEntry => ({
  pid,
  parent,
  group,
  isDead: false,
  cpuMs: 0,
});

describe('ProcessTrees', () => {
  const trees = new ProcessTrees();
  [
    entry(1, 0, 1),
    entry(10, 1, 10), // the host
    entry(20, 10, 20), // leads a group
    entry(21, 20, 20),
    entry(22, 21, 22), // moved to a group of its own
    entry(23, 1, 20), // its parent has ended
    entry(24, 23, 24),
    entry(30, 10, 10), // shares the group of the host
    entry(31, 30, 10),
  ].forEach((each) => trees.add(each));
  const pidsOf = (pid: number) => trees.of(pid).map((each) => each.pid);

  it('finds descendants, and the members of the group with theirs', () => {
    expect(pidsOf(20).sort()).toEqual([20, 21, 22, 23, 24]);
  });

  it('leaves the rest of the group out where the process does not lead it', () => {
    expect(pidsOf(30).sort()).toEqual([30, 31]);
  });

  it('finds nothing of a process that is not there', () => {
    expect(pidsOf(99)).toEqual([]);
    expect(trees.size).toBe(9);
  });
});
