import { describeTaskStore } from '@task-monitor/core/testing';
import { PostgresServer } from '../test/postgres-server.js';
import { openThrowawayStore } from '../test/throwaway-store.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

describeTaskStore('PostgresStore', (options) => openThrowawayStore(server, options));
