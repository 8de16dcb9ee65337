import { describeTaskStore } from '@task-monitor/core/testing';
import { describeWithPgbouncer, Pgbouncer } from './pgbouncer.js';
import { PostgresServer } from './postgres-server.js';
import { openThrowawayStore } from './throwaway-store.js';

describeWithPgbouncer('through pgbouncer, a transaction at a time', () => {
  let server: PostgresServer;
  let bouncer: Pgbouncer;

  beforeAll(async () => {
    server = await PostgresServer.start();
    bouncer = await Pgbouncer.before(server);
  });

  afterAll(async () => {
    await bouncer.dispose();
    await server.dispose();
  });

  describeTaskStore('PostgresStore', (options) =>
    openThrowawayStore(server, { ...options, connectionString: bouncer.connectionString() }),
  );
});
