import { MemoryStore } from '../memory/memory-store.js';
import { aNewTask } from './builders.js';
import { FaultStore } from './fault-store.js';

describe('FaultStore', () => {
  let inner: MemoryStore;
  let store: FaultStore;
  beforeEach(() => {
    inner = new MemoryStore();
    store = new FaultStore(inner);
  });
  const create = (id: string) =>
    store.create({
      task: aNewTask({ id }),
      idempotencyKey: null,
      operation: { writer: 'monitor-1', sequence: Number(id.slice('task-'.length)) },
    });

  it('passes every call on until it is told otherwise', async () => {
    expect(await create('task-1')).toMatchObject({ outcome: 'applied' });
    expect(await store.get('task-1')).toMatchObject({ id: 'task-1' });
    expect(store.calls('create')).toBe(1);
  });

  it('fails before the store hears of it, or after it was done', async () => {
    store.set('create', 'failBefore');
    await expect(create('task-1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await inner.get('task-1')).toBeNull();
    store.set('create', 'failAfter');
    await expect(create('task-2')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await inner.get('task-2')).toMatchObject({ id: 'task-2' });
    store.set('create', 'ok');
    expect(await create('task-3')).toMatchObject({ outcome: 'applied' });
  });

  it('holds calls back until they are released', async () => {
    store.set('create', 'delay');
    const created = create('task-1');
    expect(await inner.get('task-1')).toBeNull();
    store.release('get');
    expect(await inner.get('task-1')).toBeNull();
    store.release('create');
    expect(await created).toMatchObject({ outcome: 'applied' });
  });

  it('throws at once where it is told to', () => {
    store.set('get', 'throwSync');
    expect(() => store.get('task-1')).toThrow(
      expect.objectContaining({ code: 'STORE_UNAVAILABLE' }),
    );
  });

  it('lets the same calls fail in every run with the same seed', async () => {
    const failures = async (seed: number): Promise<string> => {
      store.setRandom({ rate: 0.3, seed, methods: ['get'] });
      let text = '';
      for (let call = 0; call < 40; call++) {
        text += await store.get('task-1').then(
          () => '.',
          () => 'x',
        );
      }
      return text;
    };
    const first = await failures(1);
    expect(first).toContain('x');
    expect(first).toContain('.');
    expect(await failures(1)).toBe(first);
    expect(await failures(2)).not.toBe(first);
  });
});
