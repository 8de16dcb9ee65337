import { describeTaskMonitorModel } from '@task-monitor/core/testing';
import * as fastCheck from 'fast-check';
import { PostgresServer } from './postgres-server.js';
import { ReusedStores } from './reused-stores.js';

/** More runs than CI has time for: `MODEL_RUNS=100000`; one that failed again: the other three, as it was reported. */
const { MODEL_RUNS, MODEL_SEED, MODEL_PATH = '', MODEL_REPLAY_PATH = '' } = process.env;

let server: PostgresServer;
let stores: ReusedStores;

beforeAll(async () => {
  server = await PostgresServer.start({ synchronous_commit: 'off' });
  stores = new ReusedStores(server);
});

afterAll(async () => {
  await stores.close();
  await server.dispose();
});

describeTaskMonitorModel('PostgresStore', () => stores.open(), {
  fastCheck,
  runs: Number(MODEL_RUNS ?? 2_000),
  atOnce: 4,
  ...(MODEL_SEED && {
    replay: { seed: Number(MODEL_SEED), path: MODEL_PATH, replayPath: MODEL_REPLAY_PATH },
  }),
});
