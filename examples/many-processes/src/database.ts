import { PostgresStore } from '@task-monitor/store-postgres';

/** The one store that all processes of this example share. */
export async function openStore(): Promise<PostgresStore> {
  const { DATABASE_URL: connectionString } = process.env;
  if (connectionString) return PostgresStore.open({ connectionString });
  console.error('Say where the database is: DATABASE_URL=postgres://user:password@host:5432/name');
  process.exit(1);
}
