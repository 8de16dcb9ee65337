import { describeTaskStore } from '@task-monitor/core/testing';
import { describeWithPgbouncer, Pgbouncer } from './pgbouncer.js';
import { PostgresServer } from './postgres-server.js';
import { openThrowawayStore } from './throwaway-store.js';

describeWithPgbouncer('through pgbouncer, a transaction at a time', () => {
  let server: PostgresServer;
  let bouncer: Pgbouncer;
  /** Emptied, for the next test: to make the tables anew for each takes longer than all the rest. */
  const spare: string[] = [];
  let schemas = 0;

  beforeAll(async () => {
    server = await PostgresServer.start();
    bouncer = await Pgbouncer.before(server);
  });

  afterAll(async () => {
    await bouncer.dispose();
    await server.dispose();
  });

  describeTaskStore('PostgresStore', async (options) => {
    const schema = spare.pop() ?? `tasks_${++schemas}`;
    const connectionString = bouncer.connectionString();
    const opened = await openThrowawayStore(server, { ...options, connectionString, schema });
    const dispose = async (): Promise<void> => {
      await opened.close();
      await server.query(emptying(schema));
      spare.push(schema);
    };
    return { ...opened, dispose };
  });
});

/** Makes a store new that nobody has open. */
function emptying(schema: string): string {
  return `DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = '${schema}' AND tablename <> 'migrations' LOOP
      EXECUTE format('DELETE FROM ${schema}.%I', name);
    END LOOP;
    INSERT INTO ${schema}.meta DEFAULT VALUES;
    INSERT INTO ${schema}.lease_search DEFAULT VALUES;
  END $$`;
}
