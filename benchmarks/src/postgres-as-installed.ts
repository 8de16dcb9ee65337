import { PostgresServer } from '../../packages/store-postgres/test/postgres-server.js';

/** A server with the settings that PostgreSQL comes with: a commit is on the disk before anybody is told. */
export function startPostgres(): Promise<PostgresServer> {
  return PostgresServer.start({
    fsync: 'on',
    synchronous_commit: 'on',
    shared_buffers: '128MB',
    max_wal_size: '1GB',
  });
}
