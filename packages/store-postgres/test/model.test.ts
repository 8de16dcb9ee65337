import { describeTaskMonitorModel } from '@task-monitor/core/testing';
import * as fastCheck from 'fast-check';
import { PostgresServer } from './postgres-server.js';
import { openThrowawayStore } from './throwaway-store.js';

/** More runs than CI has time for: `MODEL_RUNS=1000`; one that failed again: the other three, as it was reported. */
const { MODEL_RUNS, MODEL_SEED, MODEL_PATH = '', MODEL_REPLAY_PATH = '' } = process.env;

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

describeTaskMonitorModel('PostgresStore', (options) => openThrowawayStore(server, options), {
  fastCheck,
  runs: Number(MODEL_RUNS ?? 40),
  ...(MODEL_SEED && {
    replay: { seed: Number(MODEL_SEED), path: MODEL_PATH, replayPath: MODEL_REPLAY_PATH },
  }),
});
