import { TaskMonitor } from './monitor.js';

describe('parents', () => {
  async function aFamily(): Promise<TaskMonitor> {
    const monitor = new TaskMonitor();
    for (const id of ['task-1', 'task-2', 'task-3']) await monitor.register({ id });
    await monitor.register({ id: 'task-4', parentId: 'task-1', tags: ['red'] });
    await monitor.register({ id: 'task-5', parentId: 'task-2', tags: ['blue'] });
    return monitor;
  }

  it('are those of the ids that have children', async () => {
    const monitor = await aFamily();
    const ids = ['task-4', 'task-3', 'task-2', 'task-1'];
    expect(await monitor.parents(ids)).toEqual(['task-2', 'task-1']);
  });

  it('are only those whose children match', async () => {
    const monitor = await aFamily();
    const ids = ['task-1', 'task-2', 'task-3'];
    expect(await monitor.parents(ids, { tag: 'blue' })).toEqual(['task-2']);
    expect(await monitor.parents(ids, { statuses: [] })).toEqual([]);
    expect(await monitor.parents(ids, { parentId: 'task-1' })).toEqual(['task-1']);
  });

  it('are asked for by ids and nothing else', async () => {
    const monitor = await aFamily();
    for (const ids of ['task-1', [1], null])
      await expect(monitor.parents(ids as unknown as string[])).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
      });
    await expect(monitor.parents([], { tags: 'blue' } as object)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
  });
});
