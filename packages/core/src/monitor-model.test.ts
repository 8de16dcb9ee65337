import * as fastCheck from 'fast-check';
import { MemoryStore } from './memory/memory-store.js';
import { describeTaskMonitorModel, FakeClock } from './testing/index.js';

const { MODEL_RUNS, MODEL_SEED, MODEL_PATH } = process.env;

describeTaskMonitorModel(
  'MemoryStore',
  async () => {
    const clock = new FakeClock();
    const store = new MemoryStore({ clock });
    return {
      store,
      another: async () => store,
      advanceLeaseClock: (ms) => clock.advance(ms),
      dispose: () => store.close(),
    };
  },
  {
    fastCheck,
    runs: Number(MODEL_RUNS ?? 2_000),
    ...(MODEL_SEED && { seed: Number(MODEL_SEED) }),
    ...(MODEL_PATH && { path: MODEL_PATH }),
    timeoutMs: 3_600_000,
  },
);
