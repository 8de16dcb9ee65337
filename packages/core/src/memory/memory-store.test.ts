import { describeTaskStore, FakeClock } from '../testing/index.js';
import { MemoryStore } from './memory-store.js';

describeTaskStore('MemoryStore', async ({ keptChanges }) => {
  const clock = new FakeClock();
  const store = new MemoryStore({
    clock,
    ...(keptChanges !== undefined && { changes: keptChanges }),
  });
  return {
    store,
    another: async () => store,
    advanceLeaseClock: (ms) => clock.advance(ms),
    dispose: () => store.close(),
  };
});
